// SPDX-License-Identifier: MIT
// Small pieces that many pages use.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clock, clockTitle, padding } from '../core/format';
import { Icon, type IconName } from './icons';

/** A number whose decimal point lines up with its column's. */
export function Aligned({ text, most }: { text: string; most: number }): JSX.Element {
  const pad = padding(text, most);
  return (
    <>
      {text}
      {pad && (
        <span class="pad" aria-hidden="true">
          {pad}
        </span>
      )}
    </>
  );
}

export const Clock = ({ t }: { t: number | null | undefined }): JSX.Element => (
  <time title={clockTitle(t)}>{clock(t)}</time>
);

export function Seg<T extends string>(props: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onPick: (value: T) => void;
  class?: string;
}): JSX.Element {
  return (
    <div class={`seg ${props.class ?? ''}`} role="group" aria-label={props.label}>
      {props.options.map(([value, text]) => (
        <button key={value} type="button" aria-pressed={value === props.value} onClick={() => props.onPick(value)}>
          {text}
        </button>
      ))}
    </div>
  );
}

/** Feedback stands on the button itself. */
export function Copy(props: {
  text: string | (() => string);
  label: string;
  class?: string;
  children?: ComponentChildren;
}): JSX.Element {
  const [said, say] = useState('');
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => say(''), 1600);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = (): void => {
    const text = typeof props.text === 'string' ? props.text : props.text();
    copyText(text).then(
      () => say('Copied'),
      () => say('Not copied'),
    );
  };
  return (
    <button
      type="button"
      class={props.class ?? 'btn'}
      onClick={copy}
      aria-label={props.children ? undefined : props.label}
      title={props.label}
    >
      <Icon name={said === 'Copied' ? 'done' : 'copy'} />
      {props.children && <span aria-live="polite">{said || props.children}</span>}
    </button>
  );
}

async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http on another host has no clipboard API.
  const area = document.body.appendChild(document.createElement('textarea'));
  area.value = text;
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('refused');
}

export const Empty = ({ title, children }: { title: string; children?: ComponentChildren }): JSX.Element => (
  <div class="empty">
    <b>{title}</b>
    {children && <span>{children}</span>}
  </div>
);

export function Find(props: {
  value: string;
  placeholder: string;
  label: string;
  onInput: (text: string) => void;
}): JSX.Element {
  return (
    <label class="find">
      <Icon name="find" />
      <input
        type="search"
        data-find
        value={props.value}
        placeholder={props.placeholder}
        aria-label={props.label}
        spellcheck={false}
        onInput={(e) => props.onInput(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Escape') return;
          e.stopPropagation();
          if (props.value) props.onInput('');
          else e.currentTarget.blur();
        }}
      />
      <kbd class="no-phone">/</kbd>
    </label>
  );
}

export const Chip = (props: {
  icon: IconName;
  tone: string;
  on?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}): JSX.Element => (
  <button type="button" class="chip" aria-pressed={props.on ?? false} onClick={props.onClick}>
    <span class={props.tone}>
      <Icon name={props.icon} />
    </span>
    {props.children}
  </button>
);

export function useMedia(query: string): boolean {
  const [on, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const m = matchMedia(query);
    const l = (): void => set(m.matches);
    l();
    m.addEventListener('change', l);
    return () => m.removeEventListener('change', l);
  }, [query]);
  return on;
}
export const usePhone = (): boolean => useMedia('(max-width: 720px)');
export const useNarrow = (): boolean => useMedia('(max-width: 1180px)');
