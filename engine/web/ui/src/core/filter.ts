// SPDX-License-Identifier: MIT
// The filter of every table: plain text, blanks mean and, -word means not, /re/ is a pattern.

export interface Filter {
  test: (text: string) => boolean;
  empty: boolean;
  /** What is wrong with a pattern, else null. */
  error: string | null;
}

const WORDS = /-?\/(?:\\.|[^/\\])+\/|-?"[^"]*"|\S+/g;

export function parseFilter(query: string): Filter {
  const tests: ((text: string) => boolean)[] = [];
  let error: string | null = null;
  for (let word of query.match(WORDS) ?? []) {
    const not = word.length > 1 && word.startsWith('-');
    if (not) word = word.slice(1);
    let one: (text: string) => boolean;
    if (word.length > 2 && word.startsWith('/') && word.endsWith('/')) {
      try {
        const re = new RegExp(word.slice(1, -1), 'i');
        one = (text) => re.test(text);
      } catch {
        error = `${word} is not a pattern`;
        continue;
      }
    } else {
      const plain = word.replace(/^"(.*)"$/, '$1').toLowerCase();
      one = (text) => text.toLowerCase().includes(plain);
    }
    tests.push(not ? (text) => !one(text) : one);
  }
  return { test: (text) => tests.every((t) => t(text)), empty: tests.length === 0, error };
}
