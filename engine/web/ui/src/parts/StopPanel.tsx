// SPDX-License-Identifier: MIT
// The emergency brake: x, Enter.
import type { JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { Refused, post } from '../core/api';
import { duration, plural } from '../core/format';
import { spanText } from '../core/parse';
import { state } from '../core/store';
import { Icon } from './icons';
import { Pop } from './Pop';

export function StopPanel({
  anchor,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
}): JSX.Element {
  const { snap, page } = state();
  const [refused, setRefused] = useState('');
  const [busy, setBusy] = useState(false);
  // The server takes any time with the order to stop; without one given at the start 30 s are offered.
  const grace = page.stop_timeout || 30;
  const stop = (now: boolean): void => {
    setBusy(true);
    setRefused('');
    post('stop', new URLSearchParams({ timeout: now ? '0' : spanText(grace) })).then(onClose, (e: Refused) => {
      setRefused(e.message);
      setBusy(false);
    });
  };
  return (
    <Pop anchor={anchor} width={384} label="Stop the test" onClose={onClose}>
      <h3>Stop {plural(snap.user_count, 'user')}?</h3>
      <p class="s t2">Requests in flight are dropped and not counted. To count them, let tasks finish first.</p>
      {refused && (
        <p class="s bad" role="alert">
          {refused}
        </p>
      )}
      <div class="row wrap">
        <button type="button" class="btn stop" data-first disabled={busy} onClick={() => stop(true)}>
          <Icon name="stop" />
          Stop now<kbd>Enter</kbd>
        </button>
        <button type="button" class="btn" disabled={busy} onClick={() => stop(false)}>
          Finish tasks first, {duration(grace)}
        </button>
      </div>
    </Pop>
  );
}
