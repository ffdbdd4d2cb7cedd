// SPDX-License-Identifier: MIT
// New test: what will be done on the left, what that means on the right. Everything follows every key stroke.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused, post } from '../core/api';
import { clockMinutes, count, duration, plural, rate as rateText } from '../core/format';
import { check, command, perWorker, split, startWord, workersReady, type LoadForm } from '../core/load';
import { parseSpan, spanText } from '../core/parse';
import { isActive, seconds, serverNow, state, useStore } from '../core/store';
import { go } from '../core/url';
import type { PageData } from '../core/types';
import { Field } from '../parts/Field';
import { Icon } from '../parts/icons';
import { ClassTable, classesOf } from '../parts/ClassTable';
import { Parameters, initialParameters, parametersForm } from '../parts/Parameters';
import { Seg } from '../parts/small';
import { Side } from '../parts/StartSide';

function timeText(page: PageData): string {
  if (page.run_time === null || page.run_time === undefined) return '';
  return typeof page.run_time === 'number' ? spanText(page.run_time) : page.run_time;
}

function initialForm(page: PageData): LoadForm {
  const { snap } = state();
  const users = page.num_users || snap.target_users || page.user_count || 1;
  return {
    users: count(users),
    rate: rateText(page.spawn_rate ?? 1).replace(/\.0+$/, ''),
    host: page.host ?? '',
    time: timeText(page),
  };
}

export function Start(): JSX.Element {
  const s = useStore();
  const { page, snap } = s;
  const [form, setForm] = useState<LoadForm>(() => initialForm(page));
  const [picked, pick] = useState<string[]>(() => classesOf(page).map((c) => c.name));
  const [shape, setShape] = useState('Default');
  const [profile, setProfile] = useState(page.profile ?? '');
  const [extra, setExtra] = useState<Record<string, string | string[]>>(() => initialParameters(page));
  const [grace, setGrace] = useState(() => (page.stop_timeout ? spanText(page.stop_timeout) : ''));
  const [more, setMore] = useState(false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<{ message: string; field: string | null } | null>(null);
  const root = useRef<HTMLFormElement>(null);
  const set =
    (key: keyof LoadForm) =>
    (value: string): void => {
      setForm({ ...form, [key]: value });
      setRefused(null);
    };
  useEffect(() => root.current?.querySelector<HTMLInputElement>('#users')?.focus({ preventScroll: true }), []);

  const shaped = shape !== 'Default';
  const checked = check(form, page);
  const workers = workersReady(snap);
  const distributed = page.is_distributed ?? false;
  const waiting = distributed && workers === 0;
  const errors = { ...checked.errors };
  if (shaped) {
    delete errors.users;
    delete errors.rate;
  }
  const classes = classesOf(page);
  const fieldOf: Record<string, keyof LoadForm> = {
    user_count: 'users',
    spawn_rate: 'rate',
    host: 'host',
    run_time: 'time',
  };
  const refusedField = refused?.field ? fieldOf[refused.field] : undefined;
  const errorOf = (key: keyof LoadForm): string | null =>
    refusedField === key ? (refused?.message ?? null) : tried || form[key] !== '' ? (errors[key] ?? null) : null;
  const noClass = page.show_userclass_picker && picked.length === 0 ? 'Choose at least one class' : null;
  const graceTime = parseSpan(grace);
  const wrongGrace = graceTime === null ? 'Type a time such as 30s, 1m or 90' : null;
  const ramp = checked.users !== null && checked.rate ? checked.users / checked.rate : null;
  const now = serverNow(s, seconds());

  const focusError = (): void => {
    setTimeout(() => root.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 0);
  };
  const start = async (e: Event): Promise<void> => {
    e.preventDefault();
    setTried(true);
    if (wrongGrace) setMore(true);
    if (Object.keys(errors).length || noClass || wrongGrace) return focusError();
    if (waiting || busy) return;
    setBusy(true);
    setRefused(null);
    const body = parametersForm(extra, page);
    if (!shaped || page.shape_use_common_options) {
      body.set('user_count', String(checked.users));
      body.set('spawn_rate', String(checked.rate));
    }
    body.set('host', form.host.trim());
    if (checked.time !== null) body.set('run_time', spanText(checked.time));
    if (page.stop_timeout !== undefined) body.set('stop_timeout', spanText(graceTime ?? 0));
    if (profile.trim() || page.profile) body.set('profile', profile.trim());
    if (page.show_userclass_picker) {
      for (const name of picked) body.append('user_classes', name);
      body.set('shape_class', shape);
    }
    try {
      if (isActive(snap)) await post('stop', {});
      await post('swarm', body);
      Object.assign(page, {
        host: form.host.trim(),
        num_users: checked.users,
        spawn_rate: checked.rate,
        run_time: form.time,
        profile: profile.trim(),
        ...(page.stop_timeout === undefined ? {} : { stop_timeout: graceTime ?? 0 }),
      });
      go({ tab: 'stats' }, { fresh: true });
    } catch (err) {
      const r = err as Refused;
      setRefused({ message: r.message, field: r.field });
      if (r.field === 'stop_timeout') setMore(true);
      focusError();
    }
    setBusy(false);
  };

  const words = command(
    page,
    snap,
    { ...checked, host: form.host },
    Object.fromEntries(Object.entries(extra).map(([k, v]) => [k, Array.isArray(v) ? v.join(',') : v])),
    profile,
    picked.length < classes.length ? picked : [],
    graceTime,
  );
  const hasShapes = (page.available_shape_classes?.length ?? 0) > 1;
  const missing = classes.find((c) => !c.host);
  const fixedHosts = classes.filter((c) => c.host).length;
  const hostHint = form.host.trim()
    ? page.override_host_warning || fixedHosts > 0
      ? `replaces the host of ${fixedHosts === 1 ? 'one class' : `all ${classes.length > 1 ? count(classes.length) + ' ' : ''}classes`}`
      : 'sent to every user'
    : missing && page.missing_host_warning
      ? `${missing.name} has no host of its own`
      : 'empty: each class uses its own';

  return (
    <form class="start" ref={root} onSubmit={(e) => void start(e)} noValidate>
      <section class="card form">
        <div class="row">
          <h1 class="grow">New test</h1>
          <span class="t3 s cut">{page.locustfile}</span>
        </div>
        {hasShapes && page.show_userclass_picker && (
          <div class="row wrap">
            <Seg
              label="Kind of load"
              value={shaped ? 'shape' : 'users'}
              options={[
                ['users', 'Users'],
                ['shape', 'Shape'],
              ]}
              onPick={(k) =>
                setShape(
                  k === 'users' ? 'Default' : (page.available_shape_classes?.find((x) => x !== 'Default') ?? 'Default'),
                )
              }
            />
            <span class="hint no-phone">
              {shaped ? 'the scenario decides how many users run' : 'each user waits for its answer before it goes on'}
            </span>
          </div>
        )}
        {shaped && (
          <div class="field">
            <label for="shape">Shape</label>
            <div class="input">
              <select id="shape" value={shape} onChange={(e) => setShape(e.currentTarget.value)}>
                {page.available_shape_classes
                  ?.filter((x) => x !== 'Default')
                  .map((x) => (
                    <option key={x}>{x}</option>
                  ))}
              </select>
            </div>
          </div>
        )}
        <div class="pairs">
          {(!shaped || page.shape_use_common_options) && !page.hide_common_options && (
            <>
              <Field
                id="users"
                label="Users"
                note="at the peak"
                mode="numeric"
                value={form.users}
                onInput={set('users')}
                error={errorOf('users')}
                hint={perWorker(checked.users, workers) || plural(checked.users ?? 0, 'user')}
              />
              <Field
                id="rate"
                label="Ramp up"
                mode="decimal"
                unit="users per second"
                value={form.rate}
                onInput={set('rate')}
                error={errorOf('rate')}
                hint={ramp === null ? '' : `full after ${duration(ramp)}`}
              />
            </>
          )}
          <Field
            id="host"
            label="Host"
            mode="url"
            value={form.host}
            onInput={set('host')}
            error={errorOf('host')}
            hint={hostHint}
            placeholder="https://"
          />
          <Field
            id="time"
            label="Run time"
            note="empty: until stopped"
            value={form.time}
            onInput={set('time')}
            error={errorOf('time')}
            hint={
              checked.time === null
                ? 'runs until it is stopped'
                : `${duration(checked.time)}, ramp included; ends about ${clockMinutes(now + checked.time)}`
            }
          />
        </div>
        {page.show_userclass_picker && classes.length > 0 && (
          <>
            <div class="rule" />
            <ClassTable
              page={page}
              users={split(
                checked.users ?? 0,
                classes.filter((c) => picked.includes(c.name)),
              )}
              picked={picked}
              onPick={pick}
              error={tried ? noClass : null}
            />
          </>
        )}
        <Parameters page={page} values={extra} onChange={setExtra} />
        <div class="rule" />
        <button type="button" class="fold" aria-expanded={more} onClick={() => setMore(!more)}>
          <span class={more ? 'turned' : ''}>
            <Icon name="right" />
          </span>
          More
          <span>
            {[
              profile ? `profile “${profile}”` : 'profile',
              page.stop_timeout === undefined
                ? ''
                : graceTime
                  ? `stop timeout ${duration(graceTime)}`
                  : 'no stop timeout',
            ]
              .filter(Boolean)
              .join(', ')}
          </span>
        </button>
        {more && (
          <div class="pairs">
            <Field
              id="profile"
              label="Profile"
              note="a name for this run"
              value={profile}
              onInput={setProfile}
              list="profiles"
            />
            <datalist id="profiles">
              {(page.all_profiles ?? []).map((x) => (
                <option key={x} value={x} />
              ))}
            </datalist>
            {page.stop_timeout !== undefined && (
              <Field
                id="grace"
                label="Stop timeout"
                note="empty: none"
                value={grace}
                onInput={setGrace}
                error={refused?.field === 'stop_timeout' ? refused.message : wrongGrace}
                hint={
                  graceTime
                    ? `tasks may finish for up to ${duration(graceTime)} when the test stops`
                    : 'users stop at once; requests under way are not counted'
                }
              />
            )}
          </div>
        )}
        {refused && !refusedField && refused.field !== 'stop_timeout' && (
          <p class="banner bad" role="alert">
            <span class="bad">
              <Icon name="bad" />
            </span>
            <span class="grow">{refused.message}</span>
          </p>
        )}
        <div class="go">
          <button class="btn primary big" disabled={waiting || busy}>
            <Icon name="play" />
            {busy
              ? 'Starting'
              : waiting
                ? 'Waiting for a worker'
                : shaped
                  ? `Start ${shape}`
                  : isActive(snap)
                    ? `Stop, then ${startWord(checked.users).toLowerCase()}`
                    : startWord(checked.users)}
          </button>
          {!waiting && (
            <span class="hint no-phone">
              <kbd>Enter</kbd>
            </span>
          )}
        </div>
      </section>
      <Side s={s} checked={checked} shaped={shaped} waiting={waiting} words={words} classes={picked.length} />
    </form>
  );
}
