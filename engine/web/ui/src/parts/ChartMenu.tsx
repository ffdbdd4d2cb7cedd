// SPDX-License-Identifier: MIT
// Save as PNG, copy the data, show it as a table.
import type { JSX, RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { TimelineChart } from '../chart/timeline';
import { clock, count, ms, rate } from '../core/format';
import type { Curve } from '../core/history';
import { Icon } from './icons';
import { Pop } from './Pop';
import { Copy } from './small';

const KEYS = ['rps', 'fails', 'p50', 'p95', 'p99', 'users'] as const;

export function tsv(c: Curve): string {
  const rows = c.time.map((t, i) => [new Date(t * 1000).toISOString(), ...KEYS.map((k) => c[k][i] ?? '')].join('\t'));
  return [['time', 'requests_per_s', 'failures_per_s', 'p50_ms', 'p95_ms', 'p99_ms', 'users'].join('\t'), ...rows].join(
    '\n',
  );
}

export function download(blob: Blob, name: string): void {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(blob);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}

function DataTable({ curve }: { curve: Curve }): JSX.Element {
  const step = Math.max(1, Math.ceil(curve.time.length / 200));
  const rows = curve.time
    .map((_, i) => i)
    .filter((i) => i % step === 0)
    .reverse();
  return (
    <div class="data-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {['Time', 'Req/s', 'Fail/s', 'p50', 'p95', 'p99', 'Users'].map((h, i) => (
              <th key={h} class={i ? 'n' : ''}>
                {h}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={i}>
              <td>{clock(curve.time[i])}</td>
              <td class="n">{rate(curve.rps[i])}</td>
              <td class="n">{rate(curve.fails[i])}</td>
              <td class="n">{ms(curve.p50[i])}</td>
              <td class="n">{ms(curve.p95[i])}</td>
              <td class="n">{ms(curve.p99[i])}</td>
              <td class="n">{count(curve.users[i])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function ChartMenu({ curve, chart }: { curve: Curve; chart: RefObject<TimelineChart | null> }): JSX.Element {
  const [open, setOpen] = useState<'menu' | 'table' | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const save = (): void => {
    chart.current?.toBlob((b) => b && download(b, 'cicada-timeline.png'));
    setOpen(null);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="btn bare icon small"
        aria-label="Chart menu"
        aria-expanded={open !== null}
        onClick={() => setOpen(open ? null : 'menu')}
      >
        <Icon name="more" />
      </button>
      {open === 'menu' && (
        <Pop anchor={button} width={220} label="Chart menu" onClose={() => setOpen(null)}>
          <div class="menu">
            <button type="button" class="menu-item" onClick={save}>
              <Icon name="down" />
              Save as PNG
            </button>
            <Copy class="menu-item" label="Copy data" text={() => tsv(curve)}>
              Copy data
            </Copy>
            <button type="button" class="menu-item" onClick={() => setOpen('table')}>
              <Icon name="cols" />
              Show as table
            </button>
          </div>
        </Pop>
      )}
      {open === 'table' && (
        <Pop anchor={button} width={520} label="Timeline as a table" onClose={() => setOpen(null)}>
          <DataTable curve={curve} />
          <button type="button" class="btn" onClick={() => setOpen(null)}>
            Close
          </button>
        </Pop>
      )}
    </>
  );
}
