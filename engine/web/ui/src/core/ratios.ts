// SPDX-License-Identifier: MIT
// Task mix: planned share from /tasks; measured from the users of each class as the server counts them.
import type { TaskRatio } from './types';

export interface MixRow {
  path: string;
  name: string;
  depth: number;
  ratio: number;
  measured: number | null;
}

export function flatten(tasks: Record<string, TaskRatio>, depth = 0, path = ''): MixRow[] {
  return Object.entries(tasks)
    .sort((a, b) => b[1].ratio - a[1].ratio || a[0].localeCompare(b[0], 'en'))
    .flatMap(([name, t]) => [
      { path: `${path}/${name}`, name, depth, ratio: t.ratio, measured: t.measured ?? null },
      ...flatten(t.tasks ?? {}, depth + 1, `${path}/${name}`),
    ]);
}

/** Share each class should have by weight, of those without a fixed count. */
export function planned(users: Record<string, { weight?: number; fixed_count?: number }>): Map<string, number> {
  const weighted = Object.entries(users).filter(([, u]) => !u.fixed_count);
  const sum = weighted.reduce((a, [, u]) => a + (u.weight ?? 1), 0);
  return new Map(weighted.map(([name, u]) => [name, sum ? (u.weight ?? 1) / sum : 0]));
}

/** No user runs: shares of users say nothing, and those in total are shares of nothing. */
export const idle = (tasks: Record<string, TaskRatio>): boolean => Object.values(tasks).every((t) => t.ratio === 0);

/** What is more than two points off its plan: classes by their users, tasks by their starts within their class. */
export function differing(
  measured: Record<string, TaskRatio>,
  plan: Map<string, number>,
): { name: string; by: number }[] {
  const classes = Object.entries(idle(measured) ? {} : measured).map(([name, t]) => ({
    name,
    by: (t.ratio - (plan.get(name) ?? t.ratio)) * 100,
  }));
  const tasks = flatten(measured)
    .filter((r) => r.depth > 0 && r.measured !== null)
    .map((r) => ({ name: r.path.slice(1).replaceAll('/', ' › '), by: ((r.measured as number) - r.ratio) * 100 }));
  return [...classes, ...tasks].filter((d) => Math.abs(d.by) > 2);
}
