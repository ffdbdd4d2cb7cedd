// SPDX-License-Identifier: MIT
// Screenshots to look at:  node browser/shoot.mjs [NAME...]   into shots/ (not kept in git)
import { mkdirSync } from 'node:fs';
import { openBrowser, openPage, settled, WIDTHS } from './open.mjs';
import { VIEWS } from './views.mjs';

const out = new URL('../shots/', import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const only = process.argv.slice(2);
const widths = process.env.WIDTHS ? process.env.WIDTHS.split(',').map(Number) : WIDTHS;
const themes = process.env.THEMES ? process.env.THEMES.split(',') : ['dark', 'light'];
const { base, browser, close } = await openBrowser();
for (const theme of themes)
    for (const width of widths) {
        const { page, problems, context } = await openPage(browser, { width, theme, forced: !!process.env.FORCED });
        for (const view of VIEWS) {
            if (only.length && !only.includes(view.name)) continue;
            await page.goto(base + view.path);
            await settled(page);
            await view.act?.(page);
            await page.screenshot({ path: `${out}${view.name}-${theme}-${width}.png`, fullPage: view.full ?? false });
        }
        if (problems.length) console.log(theme, width, [...new Set(problems)].join('\n'));
        await context.close();
    }
await close();
