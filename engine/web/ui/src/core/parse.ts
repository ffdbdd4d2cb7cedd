// SPDX-License-Identifier: MIT
// What people type: counts with or without commas, spans of time as 30m, 1h30m or 90.

export function parseCount(text: string): number | null {
  const t = text.trim().replace(/[,\s_']/g, '');
  return /^\d+$/.test(t) ? Number(t) : null;
}

export function parseRate(text: string): number | null {
  const t = text.trim().replace(/[,\s_']/g, '');
  return /^\d*\.?\d+$/.test(t) ? Number(t) : null;
}

/** Seconds; null when it can't be read, undefined when empty. */
export function parseSpan(text: string): number | null | undefined {
  const t = text.trim().replace(/\s+/g, '');
  if (!t) return undefined;
  if (/^\d+$/.test(t)) return Number(t);
  const m = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/i.exec(t);
  if (!m) return null;
  return Number(m[1] ?? 0) * 3600 + Number(m[2] ?? 0) * 60 + Number(m[3] ?? 0);
}

/** As Locust's --run-time reads it. */
export function spanText(seconds: number): string {
  const h = Math.floor(seconds / 3600);
  const m = Math.floor(seconds / 60) % 60;
  const s = Math.round(seconds % 60);
  return (h ? `${h}h` : '') + (m ? `${m}m` : '') + (s || !(h || m) ? `${s}s` : '');
}

/** One word of a shell command. */
export const shellWord = (s: string): string => (/^[\w@%+=:,./-]+$/.test(s) ? s : `'${s.replaceAll("'", `'\\''`)}'`);
