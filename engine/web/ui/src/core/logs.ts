// SPDX-License-Identifier: MIT
// Log lines as Locust writes them: [time] host/LEVEL/source: text.

export interface Line {
  time: string;
  level: string;
  source: string;
  text: string;
  worker: string | null;
}

const SHAPE = /^\[([^\]]+)\]\s+(?:[^/\s]*\/)?(DEBUG|INFO|WARNING|ERROR|CRITICAL)\/([^:]*):\s?([^]*)$/;
export const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export const rankOf = (level: string): number => Math.max(0, LEVELS.indexOf(level as (typeof LEVELS)[number]));
const KEEP = 5000;

export function parseLine(line: string, worker: string | null): Line {
  const m = SHAPE.exec(line);
  if (!m) return { time: '', level: 'INFO', source: worker ?? '', text: line, worker };
  return { time: m[1] as string, level: m[2] as string, source: m[3] as string, text: m[4] as string, worker };
}

/** All lines by time; those without one stay behind the line they follow. */
export function collect(master: string[], workers: Record<string, string[]>): Line[] {
  const keyed: { key: string; line: Line }[] = [];
  const take = (lines: string[], worker: string | null): void => {
    let key = '';
    for (const text of lines) {
      const line = parseLine(text, worker);
      if (line.time) key = line.time;
      keyed.push({ key, line });
    }
  };
  take(master, null);
  for (const [id, lines] of Object.entries(workers)) take(lines, id);
  return keyed
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map((k) => k.line)
    .slice(-KEEP);
}

export const toneOf = (level: string): string => (rankOf(level) >= 3 ? 'bad' : rankOf(level) === 2 ? 'warn' : '');
