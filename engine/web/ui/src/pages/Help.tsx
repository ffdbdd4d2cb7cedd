// SPDX-License-Identifier: MIT
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { KEYS, keysOn, setKeysOn } from '../core/keys';
import { Pop } from '../parts/Pop';

export function Help({ onClose }: { onClose: () => void }): JSX.Element {
  const [on, setOn] = useState(keysOn);
  const anchor = useRef<HTMLElement>(document.querySelector<HTMLElement>('[aria-label="Keyboard and help"]'));
  return (
    <Pop anchor={anchor} width={380} label="Keyboard and help" onClose={onClose}>
      <h3>Keyboard</h3>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((k) => (
                <kbd key={k}>{k}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="tick">
        <input
          type="checkbox"
          checked={on}
          onChange={() => {
            setKeysOn(!on);
            setOn(!on);
          }}
        />
        Use these keys
      </label>
      <p class="s t2">
        In a chart: drag to zoom, double-click for all, arrow keys read single moments, with Shift ten at a time. In a
        filter: words mean and, <code>-word</code> means not, <code>/re/</code> is a pattern.
      </p>
      <div class="row">
        <span class="grow" />
        <button type="button" class="btn" data-first onClick={onClose}>
          Close
        </button>
      </div>
    </Pop>
  );
}
