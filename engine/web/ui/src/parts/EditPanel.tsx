// SPDX-License-Identifier: MIT
// Edit load hangs from its button: users, rate, what it means in words. Results are kept.
import type { JSX, RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { Refused, post } from '../core/api';
import { count, rate as rateText } from '../core/format';
import { check, editMeaning, workersReady } from '../core/load';
import { parseCount } from '../core/parse';
import { state } from '../core/store';
import { Field } from './Field';
import { Pop } from './Pop';

const CHANGES: [string, number][] = [
  ['−10 %', 0.9],
  ['+10 %', 1.1],
  ['×2', 2],
];

export function EditPanel({
  anchor,
  onClose,
}: {
  anchor: RefObject<HTMLElement | null>;
  onClose: () => void;
}): JSX.Element {
  const { snap, page } = state();
  const now = snap.target_users ?? snap.user_count;
  const [users, setUsers] = useState(count(now));
  const [rate, setRate] = useState(rateText(snap.spawn_rate ?? page.spawn_rate ?? 1).replace(/\.0+$/, ''));
  const [refused, setRefused] = useState('');
  const [busy, setBusy] = useState(false);
  const checked = check({ users, rate, host: '', time: '' }, page, false);
  const wrong = !!(checked.errors.users || checked.errors.rate);
  const scale = (by: number): void => setUsers(count(Math.max(1, Math.round((parseCount(users) ?? now) * by))));
  const apply = (e: Event): void => {
    e.preventDefault();
    if (wrong || busy) return;
    setBusy(true);
    setRefused('');
    post('swarm', new URLSearchParams({ user_count: String(checked.users), spawn_rate: String(checked.rate) })).then(
      onClose,
      (err: Refused) => {
        setRefused(err.message);
        setBusy(false);
      },
    );
  };
  return (
    <Pop anchor={anchor} width={400} label="Edit load" onClose={onClose}>
      <form
        class="pop-form"
        onSubmit={apply}
        noValidate
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) apply(e);
        }}
      >
        <h3>Edit load</h3>
        <div class="pairs">
          <Field
            id="edit-users"
            label="Users"
            value={users}
            onInput={setUsers}
            mode="numeric"
            error={checked.errors.users}
          />
          <Field
            id="edit-rate"
            label="Change by"
            unit="per second"
            value={rate}
            onInput={setRate}
            mode="decimal"
            error={checked.errors.rate}
          />
        </div>
        <div class="row">
          {CHANGES.map(([text, by]) => (
            <button key={text} type="button" class="chip" onClick={() => scale(by)}>
              {text}
            </button>
          ))}
        </div>
        <p class="s t2">
          {editMeaning(now, checked.users, checked.rate, workersReady(snap), snap.generator?.cpu_max ?? null)}
        </p>
        {refused && (
          <p class="s bad" role="alert">
            {refused}
          </p>
        )}
        <div class="row">
          <span class="grow s t3">results are kept</span>
          <button type="button" class="btn" onClick={onClose}>
            Cancel
          </button>
          <button class="btn primary" disabled={wrong || busy}>
            {busy ? 'Applying' : 'Apply'}
          </button>
        </div>
      </form>
    </Pop>
  );
}
