// SPDX-License-Identifier: MIT
// One cell per worker; the fewer they are, the more each says.
import type { JSX } from 'preact';
import { workerNames } from '../core/names';
import type { Worker } from '../core/types';

const level = (w: Worker): string =>
  w.state === 'missing'
    ? 'gone'
    : w.cpu_usage > 90
      ? 'bad'
      : w.cpu_usage > 80
        ? 'warn'
        : w.up_s != null && w.up_s < 300
          ? 'new'
          : '';

export function Fleet({ workers }: { workers: Worker[] }): JSX.Element {
  const size = workers.length <= 48 ? '' : workers.length <= 400 ? 'mid' : 'tiny';
  const named = workerNames(workers.map((w) => w.id));
  const others = workers.some((w) => (w.up_s ?? 0) >= 300);
  return (
    <section class="card pane" aria-label="CPU now">
      <div class="ph row">
        <h2>CPU now</h2>
        <small>
          {size
            ? 'lighter is busier; amber above 80 %, red above 90 %, dashed: lost'
            : 'percent of one core; the fill is the same number'}
        </small>
      </div>
      <div class={`fleet ${size}`} role="list">
        {workers.map((w) => {
          const tone = level(w) === 'new' && !others ? '' : level(w);
          const gone = tone === 'gone';
          const said = `${w.id}: ${gone ? 'lost' : `${Math.round(w.cpu_usage)} %`}`;
          return (
            <div
              key={w.id}
              role="listitem"
              class={`cell ${tone}`}
              title={said}
              aria-label={said}
              style={{ '--v': `${gone ? 0 : Math.min(100, w.cpu_usage).toFixed(0)}%` }}
            >
              {!size && <b>{gone ? 'lost' : Math.round(w.cpu_usage)}</b>}
              {!size && (
                <span class="cut">
                  {named(w.id).short}
                  {tone === 'new' ? ' · new' : ''}
                </span>
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}
