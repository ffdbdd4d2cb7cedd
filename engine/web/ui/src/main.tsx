// SPDX-License-Identifier: MIT
import { render } from 'preact';
import { App } from './app';
import { get, openFeed, post, useToken } from './core/api';
import { fromAnswer, lastDataAt } from './core/history';
import { initial, receive, seconds, setState, state, tick } from './core/store';
import type { HistoryAnswer, LoginData, PageData } from './core/types';
import { followLinks } from './core/url';
import { Login } from './pages/Login';
import 'uplot/dist/uPlot.min.css';
import './style/tokens.css';
import './style/base.css';
import './style/frame.css';
import './style/cards.css';
import './style/chart.css';
import './style/table.css';
import './style/forms.css';
import './style/pages.css';
import './style/small.css';

declare global {
  interface Window {
    templateArgs?: PageData;
    authArgs?: LoginData;
  }
}

function pageData(): PageData & LoginData {
  const text = document.getElementById('page-data')?.textContent;
  try {
    return text ? (JSON.parse(text) as PageData & LoginData) : {};
  } catch {
    return {};
  }
}

function start(): void {
  const root = document.getElementById('app');
  if (!root) return;
  const data = pageData();
  useToken(data.csrf_token);
  if (/\/login\/?$/.test(location.pathname) || 'username_password_callback' in data || 'auth_providers' in data) {
    window.authArgs = data;
    render(<Login data={data} />, root);
    return;
  }
  window.templateArgs = data; // Locust's extensions look there
  setState(initial(data, seconds()));
  followLinks();
  const feed = openFeed(
    (snap) => {
      const before = state();
      setState(receive(before, snap, seconds()));
      if (before.clearWhenFull && before.snap.state === 'spawning' && snap.state === 'running')
        post('stats/reset', {}).catch(() => undefined);
    },
    () => setState(tick(state(), seconds())),
  );
  render(<App retry={feed.poll} />, root);
  const { snap } = state();
  if (snap.state !== 'ready' && snap.now)
    get<HistoryAnswer>(`stats/history?since=${(snap.now - 120).toFixed(0)}&points=120`).then(
      (a) => setState({ ...state(), lastData: state().lastData ?? lastDataAt(a.time, fromAnswer(a).rps) }),
      () => undefined,
    );
}

start();
