/** What goes into the server and what comes out of it, free of sockets. */

export interface ServerRequest {
  /** `GET`, `POST`, ... in upper case. */
  readonly method: string;
  /** Path and query as on the request line: `/fhir/ImagingStudy?modality=CT`. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ServerResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none (204, 304, HEAD). */
  readonly body: string;
}
