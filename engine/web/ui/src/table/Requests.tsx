// SPDX-License-Identifier: MIT
// The requests table: a window of every entry, in an order that does not move under the pointer.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { LineStore } from '../core/fetching';
import { clock, count, longestFraction, msAlone, percent, plural, rate } from '../core/format';
import { parseFilter } from '../core/filter';
import { grouped, membersQuery, type Group } from '../core/group';
import { load, save } from '../core/prefs';
import { namesOf, seconds, serverNow, totalOf, useStore } from '../core/store';
import { go, href, requestHref, useParams } from '../core/url';
import { Icon } from '../parts/icons';
import { Aligned, Chip, Empty, Find, Seg, useNarrow, usePhone } from '../parts/small';
import { ColumnsMenu } from './ColumnsMenu';
import { COLUMNS, chosen, extraColumns, type Column } from './columns';
import {
  filtered,
  keepPlaces,
  nextOrder,
  ordered,
  readOrder,
  rowOf,
  writeOrder,
  type Only,
  type Order,
  type Row,
  type Span,
} from './rows';
import { useSlice } from './virtual';

const REORDER_S = 10;
const lines = new LineStore();

/** The keys in table order, for j and k of the request page. */
export let lastOrder: string[] = [];

/** Keeps places while the pointer is near or focus is within; otherwise the order is refreshed every 10 s. */
function usePlaces(
  rows: Row[],
  order: Order | null,
  hold: boolean,
  id: string,
): { rows: Row[]; stale: boolean; reorder: () => void } {
  const kept = useRef<{ id: string; keys: string[]; at: number }>({ id: '', keys: [], at: 0 });
  const now = seconds();
  const best = ordered(rows, order);
  const due = kept.current.id !== id || (!hold && now - kept.current.at >= REORDER_S);
  if (due) kept.current = { id, keys: best.map((r) => r.key), at: now };
  const shown = due ? best : keepPlaces(rows, kept.current.keys);
  const stale = hold && now - kept.current.at >= REORDER_S && shown.some((r, i) => r.key !== best[i]?.key);
  return {
    rows: shown,
    stale,
    reorder: () => {
      kept.current = { id, keys: best.map((r) => r.key), at: now };
    },
  };
}

function AttentionMark({ row }: { row: Row }): JSX.Element | null {
  if (row.attention === 0) return null;
  const [tone, icon, word] =
    row.attention === 3
      ? (['bad', 'bad', 'Failing'] as const)
      : row.attention === 2
        ? (['warn', 'warn', 'Some failures'] as const)
        : (['warn', 'slow', 'Slower'] as const);
  return (
    <span class={tone} title={word}>
      <Icon name={icon} />
      <span class="sr">{word}</span>
    </span>
  );
}

const membersOf = (row: Row): number => (row as Partial<Group>).members ?? 1;
const membersWord = (row: Row): string => (membersOf(row) > 1 ? plural(membersOf(row), 'name') : '');
/** A request's own page; of a group of names the list of them. */
const hrefOf = (row: Row): string =>
  membersOf(row) > 1 ? href({ group: null, q: membersQuery(row) }) : requestHref(row.key);

function TableRow({
  row,
  columns,
  most,
  total,
}: {
  row: Row;
  columns: Column[];
  most: Record<string, number>;
  total: boolean;
}): JSX.Element {
  const to = total ? null : hrefOf(row);
  return (
    <tr class={total ? 'total' : 'pick'} data-row={total ? undefined : row.key} onClick={(e) => follow(e, to)}>
      <td class="mark">{!total && <AttentionMark row={row} />}</td>
      <td class="verb">{row.method}</td>
      <td class="name">
        {to ? (
          <a href={to} title={row.key}>
            {row.name}
            {membersWord(row) && <small class="members">{membersWord(row)}</small>}
          </a>
        ) : (
          <span>{row.name}</span>
        )}
      </td>
      {columns.map((c) => {
        const text = c.text?.(row);
        return (
          <td key={c.key} class={c.text ? `n ${c.tone?.(row, total) ?? ''}` : 'draw'}>
            {text !== undefined ? <Aligned text={text} most={most[c.key] ?? 0} /> : c.draw?.(row, lines.get(row.key))}
          </td>
        );
      })}
    </tr>
  );
}

function follow(e: MouseEvent, to: string | null): void {
  if (!to || e.defaultPrevented || (e.target as Element).closest('a, button') || getSelection()?.toString()) return;
  (e.currentTarget as Element).querySelector('a')?.click();
}

const PhoneRow = ({ row, total }: { row: Row; total: boolean }): JSX.Element => {
  const inside = (
    <>
      {!total && <AttentionMark row={row} />}
      <span class="cut name">
        <b>{row.name}</b>
        <span class="t3 mono">{row.method}</span>
        <span class="t3 s">{membersWord(row)}</span>
      </span>
      <dl>
        <div>
          <dt>req/s</dt>
          <dd>{rate(row.rps)}</dd>
        </div>
        <div>
          <dt>failing</dt>
          <dd class={row.fail ? 'bad' : 't3'}>
            {percent(row.fail)}
            {'\u00a0'}%
          </dd>
        </div>
        <div>
          <dt>p50</dt>
          <dd>{msAlone(row.p50)}</dd>
        </div>
        <div>
          <dt>p95</dt>
          <dd>{msAlone(row.p95)}</dd>
        </div>
      </dl>
    </>
  );
  return total ? (
    <div class="item">{inside}</div>
  ) : (
    <a class="item" data-row={row.key} href={hrefOf(row)}>
      {inside}
    </a>
  );
};

export function Requests(): JSX.Element {
  const s = useStore();
  const p = useParams();
  const { snap, page } = s;
  const phone = usePhone();
  const narrow = useNarrow();
  const [near, setNear] = useState(false);
  const [picked, setPicked] = useState<string[] | null>(() => load<string[] | null>('columns', null));
  const body = useRef<HTMLElement>(null);
  const stopped = snap.state === 'stopped';
  const span: Span = stopped || p.get('w') === 'run' ? 'run' : 'now';
  const query = p.get('q') ?? '';
  const only = p.get('only') as Only;
  const order = readOrder(p.get('sort'));
  const byId = p.get('group') === 'ids';
  const listed = namesOf(snap).map((e) => rowOf(e, span));
  const all: Row[] = byId ? grouped(listed) : listed;
  const totalEntry = totalOf(snap);
  const total = totalEntry ? rowOf(totalEntry, span) : null;
  const id = `${span}|${byId}|${query}|${only}|${p.get('sort')}|${s.runKey}|${all.length === 0}`;
  const matched = filtered(all, query, only);
  const placed = usePlaces(matched, order, near, id);
  lastOrder = placed.rows.map((r) => r.key);
  const slice = useSlice(body, placed.rows.length, phone ? 75 : matchMedia('(pointer: coarse)').matches ? 44 : 32);
  const visible = placed.rows.slice(slice.from, slice.to);
  const columns = chosen([...COLUMNS, ...extraColumns(page.percentiles_to_statistics ?? [])], picked).filter(
    (c) => !(narrow && c.wide),
  );
  const shown = total && !query && !only ? [total, ...visible] : visible;
  const most: Record<string, number> = {};
  for (const c of columns) if (c.text) most[c.key] = longestFraction(shown.map(c.text));
  const now = serverNow(s, seconds());
  useEffect(() => {
    if (!phone && !narrow && !document.hidden)
      lines.want(
        shown.filter((r) => membersOf(r) === 1).map((r) => ({ key: r.key, rps: r.rps, p95: r.p95 })),
        snap.run?.end ?? snap.now ?? now,
        s.runKey,
        total?.key ?? '',
      );
  }, [snap]);
  const failing = all.filter((r) => r.attention >= 2).length;
  const slower = all.filter((r) => r.attention === 1).length;
  const pick = (to: Only): void => go({ only: only === to ? null : to }, { replace: true });
  const error = parseFilter(query).error;
  const names = snap.counts?.names ?? all.length;
  const head = (c: Column): JSX.Element => {
    const on = order?.key === c.sort && c.sort;
    return (
      <th
        key={c.key}
        class={c.text ? 'n' : 'draw'}
        aria-sort={on ? (order?.down ? 'descending' : 'ascending') : undefined}
        scope="col"
      >
        {c.head ? (
          c.head()
        ) : c.sort ? (
          <button
            type="button"
            onClick={() => go({ sort: writeOrder(nextOrder(order, c.sort as string)) }, { replace: true })}
          >
            {c.name}
            {c.unit && <small>{c.unit}</small>}
            {on && (
              <span class="arrow" aria-hidden="true">
                {order?.down ? '↓' : '↑'}
              </span>
            )}
          </button>
        ) : (
          <>
            {c.name}
            <small>{c.unit}</small>
          </>
        )}
      </th>
    );
  };
  return (
    <section
      class="card requests"
      aria-label="Requests"
      onMouseEnter={() => setNear(true)}
      onMouseLeave={() => setNear(false)}
      onFocusIn={() => setNear(true)}
      onFocusOut={(e) => setNear((e.currentTarget as Element).contains(e.relatedTarget as Node))}
    >
      <div class="thead-bar">
        <h2>Requests</h2>
        <Find
          value={query}
          placeholder="Filter by name, method or path"
          label="Filter requests: words, -word, /pattern/"
          onInput={(q) => go({ q }, { replace: true })}
        />
        <Chip icon="bad" tone={failing ? 'bad' : 't3'} on={only === 'failing'} onClick={() => pick('failing')}>
          Failing {count(failing)}
        </Chip>
        <Chip icon="slow" tone={slower ? 'warn' : 't3'} on={only === 'slower'} onClick={() => pick('slower')}>
          Slower than before {count(slower)}
        </Chip>
        <span class="grow" />
        {placed.stale && (
          <button type="button" class="btn bare no-phone" onClick={placed.reorder}>
            Reorder
          </button>
        )}
        <button
          type="button"
          class="btn bare no-phone"
          title="Failing first, then slower than before, then by requests"
          aria-pressed={!order}
          onClick={() => go({ sort: null }, { replace: true })}
        >
          {order ? (
            'Attention first'
          ) : (
            <>
              Attention first
              <Icon name="done" />
            </>
          )}
        </button>
        {!stopped && (
          <Seg
            class="no-phone"
            label="Numbers over"
            value={span}
            options={[
              ['now', 'Last 10 s'],
              ['run', 'Whole run'],
            ]}
            onPick={(w) => go({ w: w === 'run' ? 'run' : null }, { replace: true })}
          />
        )}
        <ColumnsMenu
          all={[...COLUMNS, ...extraColumns(page.percentiles_to_statistics ?? [])]}
          columns={columns}
          rows={total ? [...placed.rows, total] : placed.rows}
          onPick={(keys) => {
            setPicked(keys);
            save('columns', keys);
          }}
        />
      </div>
      {all.length === 0 ? (
        <Empty title="No requests yet">Each request name gets a row here when its first response arrives.</Empty>
      ) : matched.length === 0 ? (
        <Empty
          title={
            error ??
            (query ? `Nothing matches “${query}”` : only === 'failing' ? 'Nothing is failing' : 'Nothing is slower')
          }
        >
          <button type="button" class="linkish" onClick={() => go({ q: null, only: null }, { replace: true })}>
            Clear the filter
          </button>{' '}
          to see {plural(all.length, 'request')}.
        </Empty>
      ) : phone ? (
        <div class="items" ref={body as never}>
          {total && !query && !only && <PhoneRow row={total} total />}
          <div style={{ height: `${slice.above}px` }} />
          {visible.map((r) => (
            <PhoneRow key={r.key} row={r} total={false} />
          ))}
          <div style={{ height: `${slice.below}px` }} />
        </div>
      ) : (
        <div class="scroll">
          <table class="reqs">
            <thead>
              <tr>
                <th class="mark" scope="col">
                  <span class="sr">State</span>
                </th>
                <th scope="col">Method</th>
                <th
                  scope="col"
                  class="name"
                  aria-sort={order?.key === 'name' ? (order.down ? 'descending' : 'ascending') : undefined}
                >
                  <button
                    type="button"
                    onClick={() => go({ sort: writeOrder(nextOrder(order, 'name', true)) }, { replace: true })}
                  >
                    Name
                    {order?.key === 'name' && (
                      <span class="arrow" aria-hidden="true">
                        {order.down ? '↓' : '↑'}
                      </span>
                    )}
                  </button>
                </th>
                {columns.map(head)}
              </tr>
            </thead>
            {total && !query && !only && (
              <tbody>
                <TableRow row={total} columns={columns} most={most} total />
              </tbody>
            )}
            <tbody ref={body as never}>
              {slice.above > 0 && <tr class="space" style={{ height: `${slice.above}px` }} />}
              {visible.map((r) => (
                <TableRow key={r.key} row={r} columns={columns} most={most} total={false} />
              ))}
              {slice.below > 0 && <tr class="space" style={{ height: `${slice.below}px` }} />}
            </tbody>
          </table>
        </div>
      )}
      {all.length > 0 && (
        <div class="foot">
          <span>
            {byId
              ? `${plural(listed.length, 'name')} in ${plural(all.length, 'group')} by what differs only in numbers and ids; a group has no percentiles`
              : matched.length < all.length
                ? `${count(matched.length)} of ${plural(all.length, 'request')}`
                : names > all.length
                  ? `${count(all.length)} of ${plural(names, 'name')}`
                  : plural(all.length, 'request')}
            {span === 'run'
              ? ', numbers over the whole run'
              : `, numbers over the last 10 s; Max, Failures and Requests since ${clock(snap.run?.start)}`}
          </span>
          {byId && (
            <button type="button" class="linkish" onClick={() => go({ group: null }, { replace: true })}>
              Show single names
            </button>
          )}
        </div>
      )}
    </section>
  );
}
