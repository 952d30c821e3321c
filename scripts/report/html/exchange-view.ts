/** A request and its answer in, what a page shows of them out: readable bodies, long ones cut with a note. */
import { STATUS_CODES } from 'node:http';
import type { Exchange } from '../../core/result';
import { durationText } from '../duration';
import { visibleLine, visibleText } from '../visible-text';
import { indentedJson } from './indented-json';

export interface ExchangeView {
  readonly method: string;
  /** The address, without the server's base where it is under it. */
  readonly path: string;
  /** e.g. `200 OK`, `no answer`. */
  readonly status: string;
  readonly ok: boolean;
  readonly time: string;
  readonly request: MessageView;
  readonly response?: MessageView;
  readonly error?: string;
}

interface MessageView {
  /** First line and headers. */
  readonly head: string;
  readonly body?: TextView;
}

/** A text that may be long. */
export interface TextView {
  readonly text: string;
  readonly json: boolean;
  /** Says that the text was cut, or by whom. */
  readonly note?: string;
}

export function exchangeView(exchange: Exchange, base: string, limit: number): ExchangeView {
  const { request, response, error, durationMs } = exchange;
  const status = response === undefined ? 'no answer' : `${response.status} ${STATUS_CODES[response.status] ?? ''}`.trim();
  const cutAt = response?.truncatedAt;
  return {
    method: visibleLine(request.method),
    path: visibleLine(request.url.startsWith(`${base}/`) || request.url.startsWith(`${base}?`) ? request.url.slice(base.length) : request.url),
    status,
    ok: response !== undefined && response.status < 400,
    time: durationText(durationMs),
    request: { head: head(`${request.method} ${request.url}`, request.headers), body: optionalText(request.body, limit) },
    response: response && {
      head: head(`HTTP ${status}`, response.headers),
      body: optionalText(response.body, limit, cutAt === undefined ? undefined : cutAt === 0 ? 'The tester kept nothing of this body.' : `The tester kept the first ${cutAt.toLocaleString('en-US')} bytes of this body.`),
    },
    error: error === undefined ? undefined : visibleLine(error),
  };
}

/** A text made readable: JSON is indented, broken off or not; what is longer than the limit is cut and says so. */
export function textView(raw: string, limit: number, remark?: string): TextView {
  const json = /^\s*[[{]/.test(raw);
  const whole = json ? indentedJson(raw, limit) : raw;
  // Cut before making visible: a body of megabytes is not worth walking through.
  const text = visibleText(json ? whole.slice(0, limit).trimEnd() : whole.slice(0, limit));
  const cut = whole.length > limit ? `The beginning of ${raw.length.toLocaleString('en-US')} characters; report.json has all.` : undefined;
  return { text, json, note: [cut, remark].filter((part) => part !== undefined).join(' ') || undefined };
}

function optionalText(raw: string | undefined, limit: number, remark?: string): TextView | undefined {
  return (raw === undefined || raw === '') && remark === undefined ? undefined : textView(raw ?? '', limit, remark);
}

function head(firstLine: string, headers: Readonly<Record<string, string>>): string {
  return [firstLine, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].map(visibleLine).join('\n');
}
