// SPDX-License-Identifier: MIT
// Names that differ only by a number or an id, as one row. What cannot be added up is not shown: percentiles are never
// averaged, so a group of several names has none.
import type { Row } from '../table/rows';

const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;
/** Hexadecimal with a digit in it, as hashes and database keys are. */
const HEX = /(?<![\w-])(?=[a-f]*\d)[0-9a-f]{12,}(?![\w-])/gi;
/** A number of three digits or more anywhere, a shorter one where no letter is next to it (v2 and h1 are words). */
const NUMBER = /\d{3,}|(?<![A-Za-z\d])\d{1,2}(?![A-Za-z\d])/g;
const MARK = '[id]';

export const pattern = (name: string): string => name.replace(UUID, MARK).replace(HEX, MARK).replace(NUMBER, MARK);

export interface Group extends Row {
  /** The names in it; one: the row is that request itself. */
  members: number;
}

export function grouped(rows: Row[]): Group[] {
  const out = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.method} ${pattern(row.name)}`;
    const list = out.get(key);
    if (list) list.push(row);
    else out.set(key, [row]);
  }
  return [...out.values()].map((list) => {
    const first = list[0] as Row;
    if (list.length === 1) return { ...first, members: 1 };
    return together(list, first);
  });
}

function together(list: Row[], first: Row): Group {
  const sum = (of: (r: Row) => number): number => list.reduce((a, r) => a + of(r), 0);
  const requests = sum((r) => r.requests);
  const rps = sum((r) => r.rps);
  const mean = (of: (r: Row) => number): number => (requests ? sum((r) => of(r) * r.requests) / requests : 0);
  const busy = list.filter((r) => r.requests > 0);
  const fails = sum((r) => (r.fail ?? 0) * r.rps);
  const name = pattern(first.name);
  return {
    key: first.method ? `${first.method} ${name}` : name,
    method: first.method,
    name,
    rps,
    fail: rps > 0 ? fails / rps : requests ? sum((r) => r.failures) / requests : null,
    failures: sum((r) => r.failures),
    p50: null,
    p95: null,
    p99: null,
    min: busy.length ? Math.min(...busy.map((r) => r.min)) : 0,
    max: Math.max(...list.map((r) => r.max)),
    average: mean((r) => r.average),
    size: mean((r) => r.size),
    requests,
    attention: Math.max(...list.map((r) => r.attention)),
    extra: {},
    members: list.length,
  };
}

/** A filter that finds a group's names: the pattern with any id in its place. */
export function membersQuery(group: { method: string; name: string }): string {
  const quoted = (s: string): string => s.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const body = group.name.split(MARK).map(quoted).join('[\\w-]+');
  return `/^${quoted(group.method)}${group.method ? ' ' : ''}${body}$/`;
}
