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

export async function openPage(browser, { width = 1440, height, theme = 'dark', scale = 1 } = {}) {
    const context = await browser.newContext({
        viewport: { width, height: height ?? HEIGHTS[width] ?? 900 },
        colorScheme: theme,
        deviceScaleFactor: scale,
        timezoneId: 'UTC',
        reducedMotion: 'reduce',
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
    return { page, problems, context };
}

export async function settled(page) {
    await page.waitForSelector('main');
    await page.waitForLoadState('load');
    await page.waitForTimeout(450);
}
