// SPDX-License-Identifier: MIT
// Tabs that a scenario declares, with tables fed from extended_stats.
import type { JSX } from 'preact';
import { count, longestFraction, rate } from '../core/format';
import { useStore } from '../core/store';
import { Aligned, Empty } from '../parts/small';

const cell = (v: unknown): string =>
  typeof v === 'number' ? (Number.isInteger(v) ? count(v) : rate(v)) : v == null ? '–' : String(v);

export function Extended({ id }: { id: string }): JSX.Element {
  const { page, snap } = useStore();
  const tab = page.extended_tabs?.find((t) => t.key === id);
  const table = page.extended_tables?.find((t) => t.key === id);
  const rows = snap.extended_stats?.find((t) => t.key === id)?.data ?? [];
  const columns = table?.structure ?? Object.keys(rows[0] ?? {}).map((key) => ({ key, title: key }));
  const numeric = (key: string): boolean => rows.some((r) => typeof r[key] === 'number');
  const most = Object.fromEntries(columns.map((c) => [c.key, longestFraction(rows.map((r) => cell(r[c.key])))]));
  if (!tab)
    return (
      <section class="card">
        <h1 class="sr">No such page</h1>
        <Empty title="There is no such page">Its address may be of another version.</Empty>
      </section>
    );
  return (
    <>
      <div class="crumb">
        <h1>{tab.title}</h1>
      </div>
      <section class="card">
        {rows.length === 0 ? (
          <Empty title="Nothing yet">The scenario has sent no rows for this page.</Empty>
        ) : (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  {columns.map((c) => (
                    <th key={c.key} class={numeric(c.key) ? 'n' : ''} scope="col">
                      {c.title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((r, i) => (
                  <tr key={i}>
                    {columns.map((c) => (
                      <td key={c.key} class={numeric(c.key) ? 'n' : ''}>
                        <Aligned text={cell(r[c.key])} most={most[c.key] ?? 0} />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </>
  );
}
