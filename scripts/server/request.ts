/** What goes into the server and what comes out of it, free of sockets. */
import type { BodyEncoding } from '../core/binary-body';
import type { Resource } from '../core/fhir';

export interface ServerRequest {
  /** `GET`, `POST`, ... in upper case. */
  readonly method: string;
  /** Path and query as on the request line: `/fhir/ImagingStudy?modality=CT`. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Set where the body holds one character a byte. */
  readonly encoding?: BodyEncoding;
}

export interface ServerResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none (204, 304, HEAD). */
  readonly body: string;
  /** Set where the body holds one character a byte. */
  readonly encoding?: BodyEncoding;
  /** What a body says that was just written; of no meaning once the body is another. */
  readonly said?: { readonly body: string; readonly resource: Resource };
}
