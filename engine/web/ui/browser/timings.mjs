// SPDX-License-Identifier: MIT
// What the page costs a browser, as JSON, for ./dev bench web:  node browser/timings.mjs URL [ROUNDS]
// URL is of a running test; the update of 500 names is measured on made-up data.
import { openBrowser, openPage, settled } from './open.mjs';

const [url, rounds = '5'] = process.argv.slice(2);
const UPDATES = 8;
const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const it = await openBrowser();

async function load() {
    const { page, context } = await openPage(it.browser); // nothing is cached in it
    await page.goto(url);
    await page.waitForSelector('tr.total');
    const seen = await page.evaluate(() => {
        const [page] = performance.getEntriesByType('navigation');
        const paint = performance.getEntriesByName('first-contentful-paint')[0];
        const all = [page, ...performance.getEntriesByType('resource')];
        const assets = all.filter((x) => x === page || /\/assets\//.test(x.name));
        return {
            paint_ms: paint.startTime,
            load_ms: page.loadEventEnd,
            bytes: assets.reduce((sum, x) => sum + x.encodedBodySize, 0),
        };
    });
    await context.close();
    return seen;
}

async function update() {
    const { page, context } = await openPage(it.browser);
    await page.goto(it.base + '/rows/');
    await settled(page);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable');
    const spent = async () =>
        (await cdp.send('Performance.getMetrics')).metrics.find((m) => m.name === 'ScriptDuration').value * 1000;
    await page.waitForTimeout(4000); // the lines of the rows in view are fetched first
    const before = await spent();
    await page.waitForTimeout(UPDATES * 1000);
    const each = ((await spent()) - before) / UPDATES;
    await context.close();
    return each;
}

await load(); // the browser itself warms up
const loads = [];
for (let i = 0; i < Number(rounds); i++) loads.push(await load());
const of = (key) => median(loads.map((x) => x[key]));
const figures = { paint_ms: of('paint_ms'), load_ms: of('load_ms'), bytes: of('bytes'), update_ms: await update() };
console.log(JSON.stringify(figures));
await it.close();
