// SPDX-License-Identifier: MIT
// Every page and state, both themes, three widths: nothing scrolls sideways, no number is cut, nothing complains.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { openBrowser, openPage, settled, WIDTHS } from './open.mjs';
import { VIEWS } from './views.mjs';

const shots = new URL('../shots/', import.meta.url).pathname;
mkdirSync(shots, { recursive: true });

/** Runs in the page. */
function faults(width) {
    const out = [];
    // A phone's view grows with what sticks out of it.
    const wide = Math.max(document.documentElement.scrollWidth, innerWidth) - width;
    if (wide > 0) out.push(`the page scrolls sideways by ${wide} px`);
    for (const el of document.querySelectorAll(
        '.num dd, td.n, .meters b, .lane-value b, .item dd, .facts dd, .clock, .pill, .cell b, .mix b, .phase .n, .count',
    )) {
        const box = el.getBoundingClientRect();
        if (!box.width || !/\d/.test(el.textContent)) continue;
        const range = document.createRange();
        range.selectNodeContents(el);
        const text = range.getBoundingClientRect();
        const scroller = el.closest('.scroll, .fleet, .data-table');
        const card = el.closest('.card, .top, .tabs')?.getBoundingClientRect();
        if (text.width > box.width + 1.5) out.push(`cut: “${el.textContent}” in ${el.className || el.tagName}`);
        if (card && !scroller && !el.closest('.tabs') && (text.right > card.right + 1 || text.left < card.left - 1))
            out.push(`out of its card: “${el.textContent}”`);
    }
    for (const el of document.querySelectorAll('table')) {
        const card = el.closest('.card, .pop');
        const scrolls = el.parentElement && getComputedStyle(el.parentElement).overflowX !== 'visible';
        if (card && !scrolls && el.getBoundingClientRect().right > card.getBoundingClientRect().right + 1)
            out.push(`a table is wider than its card: ${el.className}`);
    }
    const h1 = document.querySelectorAll('h1').length;
    if (h1 !== 1) out.push(`${h1} h1`);
    for (const el of document.querySelectorAll('button, a[href], input, select')) {
        const name =
            el.getAttribute('aria-label') ||
            el.textContent.trim() ||
            (el.labels && [...el.labels].map((l) => l.textContent).join('')) ||
            el.title;
        if (!name) out.push(`no name: ${el.outerHTML.slice(0, 120)}`);
    }
    for (const a of document.querySelectorAll('a[href]'))
        if (!/^(\?|#|stats\/|exceptions\/|metrics|login|logout|\.)/.test(a.getAttribute('href')))
            out.push(`odd link ${a.getAttribute('href').slice(0, 60)}`);
    for (const el of document.querySelectorAll('.top button, .top a')) {
        const box = el.getBoundingClientRect();
        if (!box.width || document.querySelector('.pop')) continue;
        const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        if (!el.contains(seen)) out.push(`covered: ${el.getAttribute('aria-label') ?? el.textContent}`);
    }
    const least = matchMedia('(pointer: coarse)').matches ? 44 : 24;
    for (const el of document.querySelectorAll('button, a[href], input, select, [role="button"]')) {
        // A box within its label, a link within a row that follows it: the larger one is the target.
        const target = el.closest('label, tr.pick, .input, .find') ?? el;
        const box = target.getBoundingClientRect();
        const shown = box.width && box.height && getComputedStyle(el).visibility !== 'hidden' && !el.closest('.skip');
        if (!shown || el.tabIndex < 0 || el.closest('p, .foot > span')) continue; // in a sentence: the line's height
        if (box.width < least - 0.5 || box.height < least - 0.5)
            out.push(
                `small target, ${Math.round(box.width)} x ${Math.round(box.height)}: ${(el.getAttribute('aria-label') ?? el.textContent).trim().slice(0, 30)} (${el.className || el.tagName})`,
            );
    }
    if (window.hacked) out.push('hostile text was executed');
    return out;
}

// They wait more than they work: together they take as long as the slowest.
describe('views', { concurrency: 3 }, () => {
    let it;
    before(async () => {
        it = await openBrowser();
    });
    after(() => it.close());
    const all = ['dark', 'light'].flatMap((theme) => WIDTHS.map((width) => ({ theme, width })));
    // A small phone, and a desktop at 200 % in a system's own colours: no pictures, the same demands.
    all.push({ theme: 'light', width: 320, quiet: true }, { theme: 'dark', width: 720, forced: true, quiet: true });
    for (const { theme, width, forced, quiet } of all)
        test(`${forced ? 'forced colours' : theme} at ${width} px`, async () => {
            const { page, problems, context } = await openPage(it.browser, { width, theme, forced });
            const found = [];
            for (const view of VIEWS) {
                problems.length = 0;
                await page.goto(it.base + view.path);
                await settled(page);
                await view.act?.(page);
                found.push(...(await page.evaluate(faults, width)).map((f) => `${view.name}: ${f}`));
                found.push(...problems.filter((p) => !view.allow?.test(p)).map((p) => `${view.name}: ${p}`));
                if (quiet || process.env.SHOTS === 'no') continue;
                await page.screenshot({
                    path: `${shots}${view.name}-${theme}-${width}.png`,
                    fullPage: view.full ?? false,
                });
            }
            await context.close();
            assert.deepEqual(found, []);
        });
});
