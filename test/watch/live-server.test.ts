/** The live site over a socket: pages that are never older than what is on disk, and events for the browsers that show them. */
import { createServer } from 'node:net';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NOTHING_YET, withPages, type LiveState } from '../../scripts/watch/live-state';
import { serveLive, type LiveServer } from '../../scripts/watch/live-server';

let state: LiveState;
let busy: boolean;
let settle: () => void;
let server: LiveServer;
let looks: number;

const show = (pages: Record<string, string>) => (state = { ...withPages(state, new Map(Object.entries(pages)), new Map(), '12:00:00').state, current: true });
const get = async (path: string) => {
  const answer = await fetch(`${server.url}${path}`);
  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};

/** The events of one browser as they come. */
async function listen(path: string, generation: string) {
  const stop = new AbortController();
  const answer = await fetch(`${server.url}~scout/events?${new URLSearchParams({ path, generation }).toString()}`, { signal: stop.signal });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  return {
    next: async () => /^event: (\w+)\ndata: (.*)\n/.exec((await reader.read()).value ?? '')?.slice(1),
    stop: () => stop.abort(),
  };
}

beforeEach(async () => {
  [state, busy, looks] = [NOTHING_YET, false, 0];
  settle = () => undefined;
  server = await serveLive({
    port: 0,
    session: 's',
    patienceMs: 5_000,
    state: () => state,
    look: () => void looks++,
    busy: () => busy,
    settled: () => new Promise((resolve) => (settle = resolve)),
  });
});
afterEach(() => server.close());

test('pages carry the panel; other files come as they are; nothing is kept by browsers', async () => {
  show({ 'index.html': '<html><body>Hello</body></html>', 'assets/site.css': 'p{}' });
  expect(await get('')).toMatchObject({ status: 200, type: 'text/html; charset=utf-8', text: expect.stringMatching(/Hello.*data-path="index\.html" data-generation="s\.1".*Up to date/s) as unknown });
  expect(await get('assets/site.css')).toEqual({ status: 200, type: 'text/css; charset=utf-8', text: 'p{}' });
  expect((await fetch(`${server.url}index.html`)).headers.get('cache-control')).toBe('no-store');
  expect(looks).toBeGreaterThan(0);
});

test('what is not there is 404, what has no sense 400, what would change something 405', async () => {
  show({ 'index.html': '<body></body>' });
  expect([(await get('no.html')).status, (await get('no.css')).status, (await get('%E0%A4%A')).status]).toEqual([404, 404, 400]);
  expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
  expect((await get('..%2f..%2fetc%2fpasswd')).status).toBe(404);
});

test('a page asked for during a rebuild comes after it, new', async () => {
  show({ 'a.html': '<body>old</body>' });
  busy = true;
  const asked = get('a.html');
  await new Promise((resolve) => setTimeout(resolve, 30));
  show({ 'a.html': '<body>new</body>' });
  busy = false;
  settle();
  expect((await asked).text).toContain('new');
});

test('only names of this machine are answered', async () => {
  const status = await new Promise((resolve, reject) => {
    request(server.url, { headers: { Host: 'evil.example' } }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
  });
  expect(status).toBe(403);
});

test('a browser reloads when its page changed, and only then', async () => {
  show({ 'a.html': '<body>1</body>', 'b.html': '<body>1</body>' });
  const [a, b] = [await listen('a.html', 's.1'), await listen('b.html', 's.1')];
  expect([(await a.next())?.[0], (await b.next())?.[0]]).toEqual(['panel', 'panel']);
  show({ 'a.html': '<body>2</body>', 'b.html': '<body>1</body>' });
  server.tell();
  expect([(await a.next())?.[0], (await b.next())?.[0]]).toEqual(['reload', 'panel']);
  a.stop();
  b.stop();
});

test('a broken edit opens the panel over the page that stays; a browser of another session reloads', async () => {
  show({ 'a.html': '<body>1</body>' });
  const browser = await listen('a.html', 's.1');
  await browser.next();
  state = { ...state, current: false, problems: [{ finding: { severity: 'error', code: 'c', message: 'No such parent', source: 'sushi' } }] };
  server.tell();
  const [event, data = '{}'] = (await browser.next()) ?? [];
  expect([event, JSON.parse(data)]).toEqual(['panel', { bad: true, html: expect.stringContaining('No such parent') as unknown }]);
  expect((await get('a.html')).text).toMatch(/1<style>.*class="scout-open".*No such parent/s);
  const stranger = await listen('a.html', 'another-session.1');
  expect((await stranger.next())?.[0]).toBe('reload');
  browser.stop();
  stranger.stop();
});

test('before the first page there is a page that says so, and it reloads when there is one', async () => {
  expect(await get('')).toMatchObject({ status: 200, text: expect.stringContaining('No page yet') as unknown });
  const browser = await listen('index.html', 's.0');
  await browser.next();
  show({ 'index.html': '<body>1</body>' });
  server.tell();
  expect((await browser.next())?.[0]).toBe('reload');
  browser.stop();
});

test('a port in use is one plain sentence', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const start = serveLive({ port, state: () => state, busy: () => false, settled: () => Promise.resolve() });
  await expect(start).rejects.toMatchObject({ code: 'port-in-use', message: `Port ${port} of 127.0.0.1 is in use by another program.`, hint: expect.stringContaining('--port') as unknown });
  await new Promise((resolve) => other.close(resolve));
});
