// SPDX-License-Identifier: MIT
// What this browser remembers: theme, keys on or off, columns. Private windows may refuse; then nothing is kept.

export function load<T>(key: string, fallback: T): T {
  try {
    const text = localStorage.getItem('cicada.' + key);
    return text === null ? fallback : (JSON.parse(text) as T);
  } catch {
    return fallback;
  }
}

export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem('cicada.' + key, JSON.stringify(value));
  } catch {
    // not kept
  }
}

export const theme = (): 'dark' | 'light' => (document.documentElement.dataset.theme === 'light' ? 'light' : 'dark');

export function setTheme(to: 'dark' | 'light'): void {
  document.documentElement.dataset.theme = to;
  try {
    localStorage.setItem('cicada.theme', to); // plain text: the script in the page's head reads it
  } catch {
    // not kept
  }
  dispatchEvent(new Event('themechange'));
}
