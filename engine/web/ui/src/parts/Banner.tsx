// SPDX-License-Identifier: MIT
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { post } from '../core/api';
import { banner, type Banner as Said } from '../core/banner';
import { theme } from '../core/prefs';
import { seconds, serverNow, setState, state, useStore } from '../core/store';
import { go, href, useParams } from '../core/url';
import { Icon } from './icons';

const quietly = (path: string, body = {}): void => {
  post(path, new URLSearchParams(body)).catch(() => undefined);
};

function Action({ said, retry }: { said: Said; retry: () => void }): JSX.Element | null {
  const button = (onClick: () => void, pressed?: boolean): JSX.Element => (
    <button type="button" class="btn" onClick={onClick} aria-pressed={pressed}>
      {said.label}
    </button>
  );
  const link = (to: string, blank = false): JSX.Element => (
    <a class="btn" href={to} target={blank ? '_blank' : undefined} rel={blank ? 'noopener' : undefined}>
      {said.label}
    </a>
  );
  switch (said.action) {
    case 'try':
      return button(retry);
    case 'report':
      return link(`stats/report?theme=${theme()}`, true);
    case 'workers':
      return link(href({ tab: 'workers' }, true));
    case 'exceptions':
      return link(href({ tab: 'exceptions' }, true));
    case 'resume':
      return button(() => quietly('resume'));
    case 'stopnow':
      return button(() => quietly('stop', { timeout: '0' }));
    case 'group':
      return button(() => go({ tab: 'stats', group: 'ids', q: null, only: null }));
    case 'clear': {
      const on = state().clearWhenFull;
      return button(() => setState({ ...state(), clearWhenFull: !on }), on);
    }
    default:
      return null;
  }
}

export function BannerBar({ retry }: { retry: () => void }): JSX.Element | null {
  const s = useStore();
  const p = useParams();
  const all = banner(s, serverNow(s, seconds()), s.lastData);
  const said =
    all?.action === 'group' && p.get('group') ? { ...all, action: null, text: all.text.replace('can be', 'are') } : all;
  // Spoken once per kind of banner, not with every second that it counts.
  const kind = said ? `${said.tone} ${said.icon} ${said.action}` : '';
  const spoken = useMemo(() => (said ? `${said.lead} ${said.text}` : ''), [kind]);
  if (!said) return null;
  return (
    <div class={`banner ${said.tone}`}>
      <span class="sr" role={said.tone === 'bad' ? 'alert' : 'status'}>
        {spoken}
      </span>
      {said.icon && (
        <span class={said.tone === 'plain' ? 'ok' : said.tone}>
          <Icon name={said.icon} />
        </span>
      )}
      <span class="grow">
        <b>{said.lead}</b> {said.text}
      </span>
      <Action said={said} retry={retry} />
    </div>
  );
}
