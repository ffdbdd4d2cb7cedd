// SPDX-License-Identifier: MIT
// Which columns, in what order; copy and download what the table shows.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icons';
import { Pop } from '../parts/Pop';
import { Copy } from '../parts/small';
import { tableTsv, type Column } from './columns';
import type { Row } from './rows';

interface Props {
  all: Column[];
  columns: Column[];
  rows: Row[];
  onPick: (keys: string[] | null) => void;
}

const nameOf = (c: Column): string =>
  c.key === 'rps5' ? 'Req/s over 5 m' : c.key === 'p955' ? 'p95 over 5 m' : c.name;

export function ColumnsMenu({ all, columns, rows, onPick }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const [drag, setDrag] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const on = columns.map((c) => c.key);
  const list = [...columns, ...all.filter((c) => !on.includes(c.key))];
  const toggle = (key: string): void =>
    onPick(
      on.includes(key) ? on.filter((k) => k !== key) : all.map((c) => c.key).filter((k) => k === key || on.includes(k)),
    );
  const drop = (before: string): void => {
    if (!drag || drag === before) return;
    const keys = on.filter((k) => k !== drag);
    keys.splice(Math.max(0, keys.indexOf(before)), 0, drag);
    onPick(keys);
    setDrag(null);
  };
  const move = (key: string, by: number): void => {
    const keys = [...on];
    const i = keys.indexOf(key);
    const j = i + by;
    if (i < 0 || j < 0 || j >= keys.length) return;
    [keys[i], keys[j]] = [keys[j] as string, keys[i] as string];
    onPick(keys);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="btn bare cols no-phone"
        aria-label="Columns"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="cols" />
        <span>Columns</span>
      </button>
      {open && (
        <Pop anchor={button} width={260} label="Columns" onClose={() => setOpen(false)}>
          <ul class="checks-list">
            {list.map((c) => (
              <li
                key={c.key}
                draggable={on.includes(c.key)}
                onDragStart={() => setDrag(c.key)}
                onDragOver={(e) => e.preventDefault()}
                onDrop={() => drop(c.key)}
              >
                <label>
                  <input
                    type="checkbox"
                    checked={on.includes(c.key)}
                    onChange={() => toggle(c.key)}
                    onKeyDown={(e) => {
                      if (e.altKey && e.key === 'ArrowUp') move(c.key, -1);
                      if (e.altKey && e.key === 'ArrowDown') move(c.key, 1);
                    }}
                  />
                  {nameOf(c)}
                </label>
              </li>
            ))}
          </ul>
          <p class="s t3">Drag to reorder, or Alt with an arrow key.</p>
          <div class="menu">
            <button type="button" class="menu-item" onClick={() => onPick(null)}>
              <Icon name="done" />
              Default
            </button>
            <Copy class="menu-item" label="Copy as TSV" text={() => tableTsv(columns, rows)}>
              Copy as TSV
            </Copy>
            <a class="menu-item" href="stats/requests/csv">
              <Icon name="down" />
              Download CSV
            </a>
          </div>
        </Pop>
      )}
    </>
  );
}
