// SPDX-License-Identifier: MIT
// Which page is shown, the frame round it, and what all pages share: title, favicon, keys, the polite voice.
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import badIcon from './icon-bad.svg?url';
import goodIcon from './icon.svg?url';
import { useKeys } from './core/keys';
import { useStore } from './core/store';
import { pageOf, useParams } from './core/url';
import { looksBad, targetVerdict, title } from './core/verdict';
import { About } from './pages/About';
import { Export } from './pages/Export';
import { Extended } from './pages/Extended';
import { Failures } from './pages/Failures';
import { Help } from './pages/Help';
import { Logs } from './pages/Logs';
import { Overview } from './pages/Overview';
import { Ratios } from './pages/Ratios';
import { Request } from './pages/Request';
import { Start } from './pages/Start';
import { Workers } from './pages/Workers';
import { BannerBar } from './parts/Banner';
import { Tabs } from './parts/Tabs';
import { TopBar, type Panel } from './parts/TopBar';

const VOICE_S = 10;

function Page(): JSX.Element {
  const s = useStore();
  const p = useParams();
  const tab = pageOf(p);
  const request = p.get('request');
  if (tab === 'new') return <Start key="new" />;
  switch (tab) {
    case 'stats':
      if (s.snap.state === 'ready') return <Start key="ready" />;
      return request ? <Request key={request} id={request} /> : <Overview />;
    case 'failures':
      return <Failures />;
    case 'workers':
      return <Workers />;
    case 'ratios':
      return <Ratios />;
    case 'logViewer':
      return <Logs />;
    case 'reports':
      return <Export />;
    case 'about':
      return <About />;
    default:
      return <Extended id={tab} />;
  }
}

/** Speaks verdict changes only, at most one per 10 s. */
function Voice(): JSX.Element {
  const s = useStore();
  const v = targetVerdict(s);
  const word = v ? `Target: ${v.word}` : '';
  const [said, say] = useState('');
  const last = useRef(-Infinity);
  useEffect(() => {
    if (!word || word === said) return;
    const wait = Math.max(0, VOICE_S * 1000 - (performance.now() - last.current));
    const timer = setTimeout(() => {
      last.current = performance.now();
      say(word);
    }, wait);
    return () => clearTimeout(timer);
  }, [word, said]);
  return (
    <div class="sr" aria-live="polite">
      {said}
    </div>
  );
}

export function App({ retry }: { retry: () => void }): JSX.Element {
  const s = useStore();
  const [panel, open] = useState<Panel>(null);
  useKeys(panel, open);
  const text = title(s);
  const bad = looksBad(s);
  useEffect(() => {
    document.title = text;
  }, [text]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link) link.href = bad ? badIcon : goodIcon;
  }, [bad]);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <TopBar panel={panel} open={open} />
      <Tabs />
      <main id="main" tabIndex={-1}>
        <BannerBar retry={retry} />
        <Page />
      </main>
      {panel === 'help' && <Help onClose={() => open(null)} />}
      <Voice />
    </>
  );
}
