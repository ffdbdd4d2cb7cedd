// SPDX-License-Identifier: MIT
// What the scenario declares: text, secret, check box, select, many.
import type { JSX } from 'preact';
import type { ExtraOption, PageData } from '../core/types';
import { Field } from './Field';

type Values = Record<string, string | string[]>;

export function initialParameters(page: PageData): Values {
  return Object.fromEntries(
    Object.entries(page.extra_options ?? {}).map(([name, o]) => [
      name,
      o.is_multiple ? (Array.isArray(o.default_value) ? o.default_value : []) : String(o.default_value ?? ''),
    ]),
  );
}

export function parametersForm(values: Values, page: PageData): URLSearchParams {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (!page.extra_options?.[name]) continue;
    if (Array.isArray(value)) for (const v of value) body.append(name, v);
    else body.set(name, value);
  }
  return body;
}

const Pick = (p: {
  id: string;
  name: string;
  o: ExtraOption;
  value: string | string[];
  set: (v: string | string[]) => void;
}): JSX.Element => (
  <div class="field">
    <label for={p.id}>
      {p.name} {p.o.help_text && <small>{p.o.help_text}</small>}
    </label>
    {p.o.is_multiple ? (
      <div class="ticks" id={p.id}>
        {(p.o.choices ?? []).map((c) => {
          const on = Array.isArray(p.value) && p.value.includes(c);
          const list = Array.isArray(p.value) ? p.value : [];
          return (
            <label key={c} class="tick">
              <input
                type="checkbox"
                checked={on}
                onChange={() => p.set(on ? list.filter((x) => x !== c) : [...list, c])}
              />
              {c}
            </label>
          );
        })}
      </div>
    ) : (
      <div class="input">
        <select id={p.id} value={String(p.value)} onChange={(e) => p.set(e.currentTarget.value)}>
          {(p.o.choices ?? []).map((c) => (
            <option key={c}>{c}</option>
          ))}
        </select>
      </div>
    )}
  </div>
);

export function Parameters({
  page,
  values,
  onChange,
}: {
  page: PageData;
  values: Values;
  onChange: (v: Values) => void;
}): JSX.Element | null {
  const options = Object.entries(page.extra_options ?? {});
  if (options.length === 0) return null;
  const set =
    (name: string) =>
    (v: string | string[]): void =>
      onChange({ ...values, [name]: v });
  return (
    <div class="field">
      <span class="lab">Parameters of {page.locustfile ?? 'the scenario'}</span>
      <div class="pairs">
        {options.map(([name, o]) => {
          const id = 'option-' + name;
          const value = values[name] ?? '';
          if (o.choices?.length) return <Pick key={name} id={id} name={name} o={o} value={value} set={set(name)} />;
          if (typeof o.default_value === 'boolean')
            return (
              <div key={name} class="field">
                <label class="tick tall">
                  <input
                    type="checkbox"
                    checked={value === 'true'}
                    onChange={() => set(name)(value === 'true' ? 'false' : 'true')}
                  />
                  {name} <small class="t3">{o.help_text}</small>
                </label>
              </div>
            );
          const text = Array.isArray(value) ? value.join(',') : value;
          const missing = o.is_required && !text ? 'The scenario needs a value' : null;
          return (
            <Field
              key={name}
              id={id}
              label={name}
              note={o.help_text ?? ''}
              type={o.is_secret ? 'password' : 'text'}
              value={text}
              error={missing}
              onInput={(v) => set(name)(o.is_multiple ? v.split(',') : v)}
            />
          );
        })}
      </div>
    </div>
  );
}
