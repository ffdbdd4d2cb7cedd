// SPDX-License-Identifier: MIT
// A browser and the mock server, for the tests and for screenshots.
import { chromium } from 'playwright-core';
import { makeServer } from '../mock/server.mjs';

export const WIDTHS = [1440, 1024, 390];
export const HEIGHTS = { 1440: 900, 1024: 800, 390: 844 };

export const launch = () =>
    chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: [
            '--no-sandbox',
            '--disable-gpu',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--font-render-hinting=none',
        ],
    });

export async function openBrowser() {
    const server = makeServer();
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const base = `http://127.0.0.1:${server.address().port}`;
    const browser = await launch();
    return {
        base,
        browser,
        close: async () => {
            await browser.close();
            server.closeAllConnections();
            await new Promise((done) => server.close(done));
        },
    };
}

export async function openPage(browser, { width = 1440, height, theme = 'dark', scale = 1, forced = false } = {}) {
    const context = await browser.newContext({
        viewport: { width, height: height ?? HEIGHTS[width] ?? 900 },
        colorScheme: theme,
        deviceScaleFactor: scale,
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
        forcedColors: forced ? 'active' : 'none',
        hasTouch: width < 500,
        isMobile: width < 500,
    });
    const page = await context.newPage();
    const problems = [];
    page.on('console', (m) => {
        if (m.type() === 'error' || m.type() === 'warning')
            problems.push(`${m.type()}: ${m.text()} ${m.location().url}`);
    });
    page.on('pageerror', (e) => problems.push(`error: ${e.message}`));
    follow(page);
    return { page, problems, context };
}

/** What the page has asked for and not yet got; the stream of events never ends. */
function follow(page) {
    const open = new Set();
    page.asked = open;
    page.on('request', (r) => r.url().endsWith('/events') || open.add(r));
    for (const end of ['requestfinished', 'requestfailed']) page.on(end, (r) => open.delete(r));
    page.on('framenavigated', (f) => f === page.mainFrame() && open.clear());
}

/** Everything asked for is here, and drawn. */
export async function settled(page) {
    await page.waitForSelector('main');
    await page.waitForLoadState('load');
    const drawn = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 30))));
    const end = performance.now() + 10_000;
    let quiet = 0;
    while (quiet < 2 && performance.now() < end) {
        await drawn();
        quiet = page.asked.size === 0 ? quiet + 1 : 0;
    }
}
