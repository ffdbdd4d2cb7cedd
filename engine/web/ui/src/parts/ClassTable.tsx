// SPDX-License-Identifier: MIT
// User classes with weight, computed users, tasks, and a gear for the settings of one class.
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Refused, post } from '../core/api';
import { count } from '../core/format';
import { parseCount } from '../core/parse';
import type { PageData, UserClass } from '../core/types';
import { Field } from './Field';
import { Icon } from './icons';
import { Pop } from './Pop';

export interface ClassInfo {
  name: string;
  weight: number;
  fixed: number;
  host: string;
  tasks: number;
}

export function classesOf(page: PageData): ClassInfo[] {
  return (page.available_user_classes ?? Object.keys(page.users ?? {})).map((name) => {
    const u: UserClass = page.users?.[name] ?? {};
    return {
      name,
      weight: u.weight ?? 1,
      fixed: u.fixed_count ?? 0,
      host: u.host ?? '',
      tasks: new Set(page.available_user_tasks?.[name] ?? u.tasks ?? []).size,
    };
  });
}

const KNOWN = ['host', 'weight', 'fixed_count', 'tasks'];

function Settings({
  page,
  name,
  anchor,
  onClose,
}: {
  page: PageData;
  name: string;
  anchor: { current: HTMLElement | null };
  onClose: () => void;
}): JSX.Element {
  const user = page.users?.[name] ?? {};
  const tasks = [...new Set(page.available_user_tasks?.[name] ?? user.tasks ?? [])];
  const [host, setHost] = useState(user.host ?? '');
  const [weight, setWeight] = useState(String(user.weight ?? 1));
  const [fixed, setFixed] = useState(String(user.fixed_count ?? 0));
  const [on, setOn] = useState<string[]>(() => [...new Set(user.tasks ?? tasks)]);
  const [other, setOther] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      Object.entries(user)
        .filter(([k, v]) => !KNOWN.includes(k) && (typeof v === 'string' || typeof v === 'number'))
        .map(([k, v]) => [k, String(v)]),
    ),
  );
  const [refused, setRefused] = useState('');
  const bad = parseCount(weight) === null ? 'Type a whole number' : null;
  const badFixed = parseCount(fixed) === null ? 'Type a whole number' : null;
  const save = (): void => {
    if (bad || badFixed) return;
    const change = { host, weight: parseCount(weight) ?? 1, fixed_count: parseCount(fixed) ?? 0, tasks: on, ...other };
    post('user', { user_class_name: name, ...change }).then(
      () => {
        page.users = { ...page.users, [name]: { ...user, ...change } };
        onClose();
      },
      (e: Refused) => setRefused(e.message),
    );
  };
  return (
    <Pop anchor={anchor} width={420} label={`Settings of ${name}`} onClose={onClose}>
      <h3>{name}</h3>
      <div class="pairs">
        <Field id="class-weight" label="Weight" mode="numeric" value={weight} onInput={setWeight} error={bad} />
        <Field
          id="class-fixed"
          label="Fixed count"
          note="0: by weight"
          mode="numeric"
          value={fixed}
          onInput={setFixed}
          error={badFixed}
        />
      </div>
      <Field id="class-host" label="Host" mode="url" value={host} onInput={setHost} />
      {Object.keys(other).map((k) => (
        <Field
          key={k}
          id={'class-' + k}
          label={k}
          value={other[k] ?? ''}
          onInput={(v) => setOther({ ...other, [k]: v })}
        />
      ))}
      {tasks.length > 0 && (
        <fieldset class="field">
          <legend>Tasks</legend>
          <div class="ticks">
            {tasks.map((t) => (
              <label key={t} class="tick">
                <input
                  type="checkbox"
                  checked={on.includes(t)}
                  onChange={() => setOn(on.includes(t) ? on.filter((x) => x !== t) : [...on, t])}
                />
                {t}
              </label>
            ))}
          </div>
        </fieldset>
      )}
      {refused && (
        <p class="s bad" role="alert">
          {refused}
        </p>
      )}
      <div class="row">
        <span class="grow" />
        <button type="button" class="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="button" class="btn primary" onClick={save}>
          Save
        </button>
      </div>
    </Pop>
  );
}

interface Props {
  page: PageData;
  users: Map<string, number>;
  picked: string[];
  onPick: (names: string[]) => void;
  error: string | null;
}

export function ClassTable({ page, users, picked, onPick, error }: Props): JSX.Element {
  const classes = classesOf(page);
  const [open, setOpen] = useState<string | null>(null);
  const gear = useRef<HTMLButtonElement | null>(null);
  const all = picked.length === classes.length;
  return (
    <div class="field">
      <span class="lab">
        User classes{' '}
        <span class="t3 s">
          {picked.length} of {classes.length}
        </span>
      </span>
      <div class={`class-table ${error ? 'wrong' : ''}`}>
        <table>
          <thead>
            <tr>
              <th class="box-cell">
                <label class="box">
                  <input
                    type="checkbox"
                    aria-label="All classes"
                    checked={all}
                    onChange={() => onPick(all ? [] : classes.map((c) => c.name))}
                  />
                </label>
              </th>
              <th scope="col">Class</th>
              <th scope="col" class="n">
                Weight
              </th>
              <th scope="col" class="n">
                Users
              </th>
              <th scope="col" class="n">
                Tasks
              </th>
              <th class="gear-cell">
                <span class="sr">Settings</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {classes.map((c) => {
              const on = picked.includes(c.name);
              return (
                <tr key={c.name}>
                  <td class="box-cell">
                    <label class="box">
                      <input
                        type="checkbox"
                        aria-label={c.name}
                        checked={on}
                        aria-invalid={!!error}
                        onChange={() =>
                          onPick(
                            on
                              ? picked.filter((n) => n !== c.name)
                              : classes.map((x) => x.name).filter((n) => n === c.name || picked.includes(n)),
                          )
                        }
                      />
                    </label>
                  </td>
                  <td class="name">
                    <span title={c.host}>
                      <b>{c.name}</b> <span class="t3 no-phone">{c.host}</span>
                    </span>
                  </td>
                  <td class="n">{c.fixed ? <span class="t3">fixed</span> : count(c.weight)}</td>
                  <td class={`n ${on ? '' : 'zero'}`}>{on ? count(users.get(c.name) ?? 0) : '–'}</td>
                  <td class="n">{count(c.tasks)}</td>
                  <td class="gear-cell">
                    <button
                      type="button"
                      class="btn bare icon small"
                      aria-label={`Settings of ${c.name}`}
                      aria-expanded={open === c.name}
                      onClick={(e) => {
                        gear.current = e.currentTarget;
                        setOpen(open === c.name ? null : c.name);
                      }}
                    >
                      <Icon name="gear" />
                    </button>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {error && <p class="hint bad">{error}</p>}
      {open && <Settings key={open} page={page} name={open} anchor={gear} onClose={() => setOpen(null)} />}
    </div>
  );
}
