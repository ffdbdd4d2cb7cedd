// SPDX-License-Identifier: MIT
// Names of workers that people can tell apart: an id is a host's name and 32 hexadecimal digits.

export interface WorkerName {
  /** The host's name, with the id's first digits where several run there. */
  long: string;
  /** The last part of it, as pods are told apart. */
  short: string;
}

const HEX = /_([0-9a-f]{8,})$/;
const plain = (id: string): string => id.replace(HEX, '');
const lastPart = (id: string): string => plain(id).split(/[-.]/).at(-1) || plain(id);

function twice(names: string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(names.filter((n) => seen.size === seen.add(n).size));
}

export function workerNames(ids: string[]): (id: string) => WorkerName {
  const longs = twice(ids.map(plain));
  const shorts = twice(ids.map(lastPart));
  const digitsOf = (id: string): string => HEX.exec(id)?.[1] ?? '';
  const same = ids.filter((id) => shorts.has(lastPart(id)));
  // The first four, unless they are the same ones.
  const firstTell = twice(same.map((id) => lastPart(id) + digitsOf(id).slice(0, 4))).size === 0;
  const more = (name: string, id: string, among: Set<string>): string => {
    const digits = digitsOf(id);
    return digits && among.has(name) ? `${name} ${firstTell ? digits.slice(0, 4) : digits.slice(-4)}` : name;
  };
  return (id) => ({ long: more(plain(id), id, longs), short: more(lastPart(id), id, shorts) });
}
