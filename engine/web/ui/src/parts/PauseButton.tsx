// SPDX-License-Identifier: MIT
// Pause or Resume; a refusal hangs from the button in the server's own words.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Refused, post } from '../core/api';
import { isPaused, isStopping, useStore } from '../core/store';
import { Icon } from './icons';
import { Pop } from './Pop';

export function PauseButton(): JSX.Element {
  const { snap } = useStore();
  const anchor = useRef<HTMLButtonElement>(null);
  const [refused, setRefused] = useState('');
  const [busy, setBusy] = useState(false);
  const paused = isPaused(snap);
  const press = (): void => {
    setBusy(true);
    setRefused('');
    post(paused ? 'resume' : 'pause', {})
      .catch((e: Refused) => setRefused(e.message))
      .finally(() => setBusy(false));
  };
  return (
    <>
      <button ref={anchor} class="btn no-phone" type="button" disabled={isStopping(snap) || busy} onClick={press}>
        <Icon name={paused ? 'play' : 'pause'} />
        {paused ? 'Resume' : 'Pause'}
      </button>
      {refused && (
        <Pop anchor={anchor} width={320} label="Refused" onClose={() => setRefused('')}>
          <p class="s bad" role="alert">
            {refused}
          </p>
          <div class="row">
            <span class="grow" />
            <button type="button" class="btn" data-first onClick={() => setRefused('')}>
              Close
            </button>
          </div>
        </Pop>
      )}
    </>
  );
}
