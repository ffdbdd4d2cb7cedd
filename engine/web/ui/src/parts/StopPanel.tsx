// SPDX-License-Identifier: MIT
// The emergency brake: x, Enter.
import type { JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { Refused, post } from '../core/api';
import { duration, plural } from '../core/format';
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
  const grace = page.stop_timeout ?? 0;
  const stop = (now: boolean): void => {
    setBusy(true);
    setRefused('');
    post('stop', new URLSearchParams(now && grace ? { timeout: '0' } : {})).then(onClose, (e: Refused) => {
      setRefused(e.message);
      setBusy(false);
    });
  };
  return (
    <Pop anchor={anchor} width={384} label="Stop the test" onClose={onClose}>
      <h3>Stop {plural(snap.user_count, 'user')}?</h3>
      <p class="s t2">
        Requests in flight are dropped and not counted.
        {grace ? ' To count them, let tasks finish first.' : ' The results so far stay on this page.'}
      </p>
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
        {grace > 0 && (
          <button type="button" class="btn" disabled={busy} onClick={() => stop(false)}>
            Finish tasks first, {duration(grace)}
          </button>
        )}
      </div>
    </Pop>
  );
}
