// SPDX-License-Identifier: MIT
// Name, password, provider buttons, the error, and `next` kept. A plain form post, as Locust's.
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LoginData } from '../core/types';
import { Icon, Mark } from '../parts/icons';

const query = (): URLSearchParams => new URLSearchParams(location.search);

export function Login({ data }: { data: LoginData & { csrf_token?: string | null } }): JSX.Element {
  const [shown, show] = useState(false);
  const next = data.next ?? query().get('next') ?? '';
  const error = data.error ?? query().get('error');
  const form = data.custom_form;
  const withNext = (to: string): string =>
    next ? `${to}${to.includes('?') ? '&' : '?'}next=${encodeURIComponent(next)}` : to;
  return (
    <main class="login">
      <section class="card">
        <div class="row brand">
          <Mark />
          cicada
        </div>
        <h1>Log in</h1>
        {error && (
          <p class="banner bad" role="alert">
            <span class="bad">
              <Icon name="bad" />
            </span>
            {error}
          </p>
        )}
        {data.info && <p class="banner plain">{data.info}</p>}
        {data.username_password_callback !== null && data.username_password_callback !== undefined && (
          <form method="post" action={withNext(data.username_password_callback || 'login')} class="stack">
            {data.csrf_token && <input type="hidden" name="csrf_token" value={data.csrf_token} />}
            <div class="field">
              <label for="username">Name</label>
              <div class="input">
                <input id="username" name="username" autocomplete="username" autofocus required />
              </div>
            </div>
            <div class="field">
              <label for="password">Password</label>
              <div class="input">
                <input
                  {...({ type: shown ? 'text' : 'password' } as { type: 'password' })}
                  id="password"
                  name="password"
                  autocomplete="current-password"
                  required
                />
                <button type="button" class="btn bare small" aria-pressed={shown} onClick={() => show(!shown)}>
                  {shown ? 'Hide' : 'Show'}
                </button>
              </div>
            </div>
            <button class="btn primary big">Log in</button>
          </form>
        )}
        {form && (
          <form method="post" action={withNext(form.callback_url)} class="stack">
            {form.inputs.map((i) => (
              <div class="field" key={i.name}>
                <label for={i.name}>{i.label}</label>
                <div class="input">
                  {i.choices ? (
                    <select id={i.name} name={i.name}>
                      {i.choices.map((c) => (
                        <option key={c}>{c}</option>
                      ))}
                    </select>
                  ) : (
                    <input
                      {...({ type: i.is_secret ? 'password' : 'text' } as { type: 'text' })}
                      id={i.name}
                      name={i.name}
                      defaultValue={String(i.default_value ?? '')}
                      required={i.is_required ?? false}
                    />
                  )}
                </div>
              </div>
            ))}
            <button class="btn primary big">{form.submit_button_text ?? 'Log in'}</button>
          </form>
        )}
        {(data.auth_providers ?? []).map((p) => (
          <a key={p.callback_url} class="btn big" href={withNext(p.callback_url)}>
            {p.label}
          </a>
        ))}
      </section>
    </main>
  );
}
