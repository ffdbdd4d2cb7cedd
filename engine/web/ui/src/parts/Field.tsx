// SPDX-License-Identifier: MIT
// One labelled input with a hint that computes, or the error that replaces it.
import type { ComponentChildren, JSX } from 'preact';

interface Props {
  id: string;
  label: string;
  note?: string;
  value: string;
  onInput: (value: string) => void;
  unit?: string;
  hint?: ComponentChildren;
  error?: string | null;
  mode?: 'numeric' | 'decimal' | 'url' | 'text';
  type?: 'text' | 'password' | 'url';
  list?: string;
  disabled?: boolean;
  placeholder?: string;
}

export function Field(p: Props): JSX.Element {
  const said = p.error || p.hint;
  return (
    <div class="field">
      <label for={p.id}>
        {p.label} {p.note && <small>{p.note}</small>}
      </label>
      <div class={`input ${p.error ? 'wrong' : ''}`}>
        <input
          {...({ type: p.type ?? 'text', list: p.list } as { type: 'text' })}
          id={p.id}
          name={p.id}
          value={p.value}
          inputMode={p.mode ?? 'text'}
          disabled={p.disabled}
          autocomplete="off"
          spellcheck={false}
          placeholder={p.placeholder}
          aria-invalid={!!p.error}
          aria-describedby={said ? p.id + '-hint' : undefined}
          onInput={(e) => p.onInput(e.currentTarget.value)}
        />
        {p.unit && <span class="unit">{p.unit}</span>}
      </div>
      {said && (
        <p id={p.id + '-hint'} class={`hint ${p.error ? 'bad' : ''}`}>
          {said}
        </p>
      )}
    </div>
  );
}
