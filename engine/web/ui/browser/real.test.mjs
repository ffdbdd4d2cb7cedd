// SPDX-License-Identifier: MIT
// The page on real programs: a master with workers, one process alone, a login, and texts that mean harm.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { launch, openPage } from './open.mjs';
import { Programs, until } from './processes.mjs';

const plain = (text) => text.replace(/,/g, '');

/** Whether a text, rounded for people, is one between two numbers. */
function shows(text, low, high = low, slack = 0) {
    const digits = plain(text).split('.')[1]?.length ?? 0;
    const room = 0.5 * 10 ** -digits + 1e-9 + slack;
    return Number(plain(text)) >= low - room && Number(plain(text)) <= high + room;
}

/** Runs in the page: the cells of the requests table by the names of its columns. */
function cells() {
    const table = document.querySelector('table.reqs');
    if (!table) return null;
    const own = (el) => [...el.childNodes].filter((n) => !n.classList?.contains('pad')).map((n) => n.textContent);
    const heads = [...table.querySelectorAll('th')].map((th) => th.textContent.replace(/[↓↑]/, ''));
    const rows = {};
    for (const tr of table.querySelectorAll('tr.pick, tr.total')) {
        const row = (rows[tr.dataset.row ?? 'Aggregated'] = {});
        [...tr.children].forEach((td, i) => {
            row[heads[i]] = own(td).join('');
        });
    }
    return rows;
}

/** Likewise: how often each kind of failure happened, by its request. */
function kindCounts() {
    const rows = [...document.querySelectorAll('table.kinds tr.pick')];
    return Object.fromEntries(
        rows.map((tr) => [
            tr.querySelector('.what-cell > span').textContent,
            tr.querySelector('b').firstChild.textContent,
        ]),
    );
}

const byKey = (stats) => Object.fromEntries(stats.stats.map((e) => [`${e.method} ${e.name}`.trim(), e]));
const total = (stats) => stats.stats.at(-1);

/** Every row of the table while requests are counted: between what was counted before and after. */
function compareLive(rows, a, b) {
    const [first, last] = [byKey(a), byKey(b)];
    assert.deepEqual(Object.keys(rows).sort(), Object.keys(last).sort());
    for (const [key, row] of Object.entries(rows)) {
        const [x, y] = [first[key], last[key]];
        assert.ok(shows(row.Requests, x.num_requests, y.num_requests), `${key}: ${row.Requests} requests`);
        assert.ok(shows(row.Failures, x.num_failures, y.num_failures), `${key}: ${row.Failures} failures`);
        for (const [head, of] of [
            ['Req/s', 'rps'],
            ['p50ms', 'p50'],
            ['p95ms', 'p95'],
            ['p99ms', 'p99'],
        ]) {
            const both = [x.current[of], y.current[of]];
            const [low, high] = [Math.min(...both), Math.max(...both)];
            assert.ok(shows(row[head], low, high, 0.1 * high), `${key}: ${head} ${row[head]}, not ${low} to ${high}`);
        }
    }
}

/** Every row when nothing is counted any more: exactly. */
function compareEnded(rows, stats) {
    const entries = byKey(stats);
    assert.deepEqual(Object.keys(rows).sort(), Object.keys(entries).sort());
    for (const [key, row] of Object.entries(rows)) {
        const e = entries[key];
        const failing = e.num_requests ? (e.num_failures / e.num_requests) * 100 : 0;
        for (const [head, value] of [
            ['Requests', e.num_requests],
            ['Failures', e.num_failures],
            ['Req/s', e.total_rps],
            ['Failing%', failing],
            ['p50ms', e.p50],
            ['p95ms', e.p95],
            ['p99ms', e.p99],
            ['Maxms', e.max],
        ])
            assert.ok(shows(row[head], value), `${key}: ${head} ${row[head]}, not ${value}`);
    }
}

describe('the page on real programs', () => {
    let browser;
    let programs;
    let page, problems, context;
    before(async () => {
        browser = await launch();
    });
    after(() => browser?.close());
    beforeEach(async () => {
        programs = new Programs();
        ({ page, problems, context } = await openPage(browser));
        page.on('dialog', (d) => {
            problems.push(`dialog: ${d.message()}`);
            void d.dismiss();
        });
        page.setDefaultTimeout(15_000);
    });
    afterEach(async () => {
        await context.close();
        await programs.close();
    });

    const pill = (word) => page.waitForSelector(`.pill:has-text("${word}")`);
    const tab = (name) => page.click(`.tabs a:has-text("${name}")`);
    const type = async (selector, text) => {
        await page.click(selector);
        await page.keyboard.press('Control+A');
        await page.keyboard.type(text);
    };
    const stop = async () => {
        await page.keyboard.press('x');
        await page.waitForSelector('.pop :focus:has-text("Stop now")');
        await page.keyboard.press('Enter');
        await pill('Stopped');
    };
    /** The table once the page has heard something newer than `since`. */
    const table = async (since) => {
        await page.waitForTimeout(since ? 1300 : 0);
        return page.evaluate(cells);
    };

    test('a master with workers: start, watch, edit, open, reload, lose, clear, stop, download, again', async () => {
        const host = await programs.target();
        const web = await programs.fleet('contract', 2, '-H', host, '--csv', 'run', '--csv-full-history');

        await page.goto(web.base);
        await type('#users', '20');
        await type('#rate', '10');
        assert.equal(await page.inputValue('#host'), host);
        assert.match(await page.textContent('.go .btn'), /Start 20\susers/);
        await page.keyboard.press('Enter');
        await pill('Ramping up');
        await pill('Running');
        const begun = (await web.stats()).run;
        await until(async () => byKey(await web.stats())['GET /delay']?.current.rps > 20, 'a steady rate');

        const a = await web.stats();
        const rows = await table(true);
        compareLive(rows, a, await web.stats());
        assert.match(await page.textContent('.meters'), /20 \/ 20/);

        await page.keyboard.press('e');
        await page.waitForSelector('.pop');
        await type('#edit-users', '30');
        await page.keyboard.press('Control+Enter');
        await page.waitForSelector('.meters:has-text("30 / 30")');
        await page.waitForSelector('.news:has-text("30")');
        assert.equal((await web.stats()).user_count, 30);
        assert.equal((await web.stats()).run.id, begun.id);

        await page.click('tr.pick a:text-is("/delay")');
        await page.waitForSelector('h1:has-text("/delay")');
        await page.waitForSelector('.timeline canvas');
        const p50 = Number(plain((await page.textContent('.nums.six .num:nth-child(3) dd')).replace(/\s*ms/, '')));
        assert.ok(p50 >= 20 && p50 < 200, `p50 of /delay is ${p50}`);
        await page.keyboard.press('Escape');
        await page.waitForSelector('.answers');

        await tab('Failures');
        const kind = (await web.stats()).errors.find((e) => e.name === '/status/404');
        const row = `tr.pick:has-text("GET /status/404")`;
        await page.waitForSelector(row);
        assert.equal(await page.getAttribute(`${row} a`, 'title'), kind.error);
        assert.match(await page.textContent(row), /404 Not Found/);
        const seen = async () => Number(plain((await page.evaluate(kindCounts))[`GET /status/404`]));
        await until(async () => (await seen()) >= kind.occurrences, `${kind.occurrences} failures on the page`);
        assert.ok((await seen()) <= byKey(await web.stats())['GET /status/404'].num_failures);
        await page.click('button:has-text("Exceptions")');
        await page.waitForSelector('main :text("broken")');

        // The curves since the beginning are the server's: a page that is loaded now has them.
        await tab('Overview');
        const curves = () => page.getAttribute('.lanes', 'aria-label');
        await until(async () => /users 1?\d to 30/.test(await curves()), 'the ramp in the curves');
        await page.reload();
        await until(async () => /users 1?\d to 30/.test(await curves()), 'the ramp in the curves after a reload');
        await page.waitForSelector('.news:has-text("30")');

        await tab('Workers');
        await page.waitForFunction(() => document.querySelectorAll('table.fleetlist tbody tr').length === 2);
        const users = (w) => w.workers.filter((x) => x.state !== 'missing').map((x) => x.user_count);
        assert.deepEqual(users(await web.stats()), [15, 15]);
        web.workers[0].child.kill('SIGKILL');
        await page.waitForSelector('tr.gone:has-text("Lost")');
        await page.waitForSelector('.crumb:has-text("1 lost")');
        web.addWorker();
        await page.waitForFunction(() => document.querySelectorAll('table.fleetlist tbody tr').length === 3);
        await until(async () => users(await web.stats()).join() === '15,15', 'users on the new worker');
        await tab('Overview');
        await page.click('.answer button:has-text("All")');
        const news = await page.textContent('.news');
        assert.match(news, /lost/i);
        assert.match(news, /join/i);
        await page.waitForSelector('.meters:has-text("30 / 30")');

        const most = total(await web.stats()).num_requests;
        await page.click('[aria-label="More"]');
        await page.click('.menu-item:has-text("Clear results")');
        await page.click('.pop .btn.stop');
        await page.waitForFunction((n) => {
            const last = document.querySelector('tr.total td:last-child')?.firstChild?.textContent;
            return last && Number(last.replace(/,/g, '')) < n;
        }, most);
        assert.ok(total(await web.stats()).num_requests < most);
        assert.equal((await web.stats()).user_count, 30);
        await until(async () => total(await web.stats()).num_requests > 100, 'new results');

        await stop();
        const end = await web.stats();
        assert.equal(end.user_count, 0);
        compareEnded(await table(true), end);
        await page.waitForSelector('.banner:has-text("Stopped by hand after")');
        const said = await page.textContent('.banner');
        assert.ok(said.includes(` after ${await page.textContent('.clock')}`.split(' / ')[0]), said);
        await tab('Task mix');
        await page.waitForSelector('.mix');
        assert.equal(await page.locator('.crumb:has-text("Contract is")').count(), 0);

        await tab('Export');
        const files = await page.$$eval('.files a.link', (l) => l.map((x) => x.getAttribute('href')));
        assert.equal(files.length, 7);
        for (const file of files) {
            const direct = await (await web.get(file)).text();
            assert.ok(direct.length > 40, `${file} is empty`);
            if (/report/.test(file))
                for (const part of ['404 Not Found', 'Heat maps', '>Loop lag p99<', '>Ports<'])
                    assert.ok(direct.includes(part), `no ${part} in ${file}`);
            if (!(await page.getAttribute(`.files a[href="${file}"]`, 'target'))) {
                const [download] = await Promise.all([
                    page.waitForEvent('download'),
                    page.click(`.files a[href="${file}"]`),
                ]);
                assert.match(download.suggestedFilename(), /\.(csv|html)$/);
                const got = readFileSync(await download.path(), 'utf8');
                // Of the history the last row may still be on its way.
                if (/history/.test(file)) assert.ok(got.startsWith(direct));
                else if (file.endsWith('/csv')) assert.equal(got, direct);
                else assert.match(got, /^<!doctype html>/i);
                if (file === 'stats/requests/csv')
                    assert.match(got, new RegExp(`,Aggregated,${total(end).num_requests},${total(end).num_failures},`));
            } else {
                const opened = await context.newPage();
                const answer = await opened.goto(web.base + file);
                assert.equal(answer.status(), 200);
                await opened.close();
            }
        }

        await page.click('.top a:has-text("New test")');
        await page.waitForSelector('#users');
        assert.equal(await page.inputValue('#users'), '30'); // as it was edited
        await type('#users', '2');
        await page.keyboard.press('Enter');
        await pill('Running');
        await until(async () => total(await web.stats()).num_requests > 0, 'requests of the second test');
        const second = await web.stats();
        assert.ok(second.run.id !== begun.id && total(second).num_requests < total(end).num_requests);
        await stop();
        assert.deepEqual(problems, []);
    });

    test('what a page shows first needs no second request', async () => {
        const host = await programs.target();
        const web = await programs.fleet('contract', 2, '-H', host, '--autostart', '-u', 20, '-r', 20);
        await until(async () => {
            const { rps, workers } = await (await web.get('stats/history')).json();
            return rps.filter((x) => x > 0).length > 5 && workers.some((n) => n > 0);
        }, 'a curve');
        // Nothing but the page itself and its files is ever answered.
        await page.route(
            (url) => !(url.pathname === '/' || url.pathname.startsWith('/assets/')),
            () => undefined,
        );
        const lanes = () => page.getAttribute('.lanes', 'aria-label');
        const open = async (path) => {
            await page.goto(web.base + path, { waitUntil: 'domcontentloaded' });
            await page.waitForSelector('main h1');
        };
        await open('');
        assert.match(await lanes(), /second [\d,.]+ to [1-9].*p95 [1-9].*users [\d]+ to 20/);
        const heights = await page.$$eval('.lane-value', (all) =>
            all
                .filter((el) => /^p\d\d/.test(el.textContent))
                .map((el) => [el.textContent.slice(0, 3), el.getBoundingClientRect().top]),
        );
        assert.deepEqual(
            heights.sort((a, b) => a[1] - b[1]).map((x) => x[0]),
            ['p99', 'p95', 'p50'],
        );
        await open('?tab=workers');
        assert.equal(await page.locator('.lane-name').count(), 3);
        for (const name of ['ratios', 'logViewer', 'exceptions']) {
            await open(`?tab=${name}`);
            assert.equal(await page.locator('main .empty').count(), 0, `${name} says that there is nothing`);
        }
        assert.deepEqual(problems, []);
    });

    test('one process alone, below a base path', async () => {
        const host = await programs.target();
        const web = await programs.web('steady', '-H', host, '--web-base-path', '/load/test');
        await page.goto(web.base);
        await type('#users', '3');
        await type('#rate', '3');
        await page.keyboard.press('Enter');
        await pill('Running');
        await until(async () => total(await web.stats()).num_requests > 20, 'requests');
        assert.equal(await page.locator('.tabs a:has-text("Workers")').count(), 0);

        await page.keyboard.press('p');
        await pill('Paused');
        await page.waitForSelector('.banner:has-text("Paused at")');
        const rested = await until(async () => {
            const [x, y] = [total(await web.stats()), await page.waitForTimeout(700).then(web.stats).then(total)];
            return x.num_requests === y.num_requests && y;
        }, 'no more requests');
        await until(async () => (await (await web.get('stats/history')).json()).paused.length === 1, 'a pause');
        await page.keyboard.press('r');
        await pill('Running');
        await until(async () => total(await web.stats()).num_requests > rested.num_requests, 'requests again');
        await page.waitForSelector('.news:has-text("esumed")');
        await stop();
        compareEnded(await table(true), await web.stats());
        assert.deepEqual(problems, []);
    });

    test('log in: a wrong password, the right one, where one wanted to go, out again', async () => {
        const host = await programs.target();
        const file = programs.users('ann', 'open sesame');
        const web = await programs.web('steady', '-H', host, '--web-login', '--web-users-file', file);
        await page.goto(web.base + '?tab=logViewer');
        await page.waitForURL(/login\?next=/);
        const enter = async (password) => {
            await page.fill('#username', 'ann');
            await page.fill('#password', password);
            await page.press('#password', 'Enter');
        };
        await enter('open barley');
        await page.waitForSelector('[role="alert"]');
        assert.match(page.url(), /login/);
        assert.equal((await context.cookies()).length, 0);
        assert.ok(
            problems.every((p) => p.includes('401')),
            problems.join(),
        );
        problems.length = 0;
        await enter('open sesame');
        await page.waitForSelector('.tabs [aria-current]:has-text("Logs")');
        await tab('Overview');
        await type('#users', '1');
        await page.keyboard.press('Enter');
        await pill('Running');
        await stop();
        await page.click('[aria-label="More"]');
        await page.click('.menu-item:has-text("Log out")');
        await page.waitForSelector('#username');
        await page.goto(web.base);
        await page.waitForSelector('#username');
        assert.deepEqual(problems, []);
    });

    test('names, hosts and errors that mean harm stay text', async () => {
        const host = (await programs.target()) + `/"'><svg/onload=window.hacked=1></script>`;
        const web = await programs.web('hostile_page', '--profile', '<script>window.hacked=1</script>');
        await page.goto(web.base);
        await type('#users', '5');
        await type('#rate', '5');
        await page.fill('#host', host);
        await page.click('.go .btn');
        await pill('Running');
        await until(async () => {
            const stats = await web.stats();
            return stats.stats.length === 6 && stats.errors.length >= 3 && stats.counts.exceptions > 0;
        }, 'all names, errors and exceptions');
        await page.waitForSelector('.host:has-text("onload")');
        const { stats, errors } = await web.stats();
        assert.ok(stats.some((e) => e.name.length === 1024)); // of ten thousand
        assert.ok(errors.some((e) => e.error.length === 4096));
        const clean = async (where) => {
            await page.waitForTimeout(150);
            const found = await page.evaluate(() => ({
                hacked: window.hacked,
                built: document.querySelectorAll('main img, iframe, svg[onload], body script[src=x], main script')
                    .length,
                sideways: document.documentElement.scrollWidth - innerWidth,
                odd: [...document.querySelectorAll('a[href]')].filter((a) => !/^https?:$/.test(a.protocol)).length,
            }));
            assert.deepEqual({ where, ...found }, { where, hacked: undefined, built: 0, sideways: 0, odd: 0 });
            assert.deepEqual(problems, [], where);
        };
        for (const name of ['stats', 'failures', 'exceptions', 'ratios', 'logViewer', 'reports', 'about', 'new']) {
            await page.goto(`${web.base}?tab=${name}`);
            await page.waitForSelector('main h1');
            await clean(name);
        }
        for (const e of stats.slice(0, -1)) {
            await page.goto(web.base + '?tab=stats');
            await page.waitForSelector('tr.pick');
            await page.evaluate((key) => {
                [...document.querySelectorAll('tr.pick')]
                    .find((x) => x.dataset.row === key)
                    .querySelector('a')
                    .click();
            }, `${e.method} ${e.name}`);
            await page.waitForFunction((n) => document.querySelector('h1')?.textContent?.includes(n), e.name);
            await page.reload();
            await page.waitForFunction((n) => document.querySelector('h1')?.textContent?.includes(n), e.name);
            await clean(e.name.slice(0, 60));
        }
        await page.goto(web.base);
        await page.waitForSelector('tr.pick');
        await stop();
        await clean('stopped');
        const answer = await page.goto(web.base + 'stats/report');
        assert.equal(answer.status(), 200);
        await clean('report');
    });
});
