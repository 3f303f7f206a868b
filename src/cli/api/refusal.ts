// What the API answers when it will not: OpenAI's shape of an error, with a sentence that says what, which value, what to do.

/** HTTP status, and the fields of OpenAI's error object. `param`: the field of the request that is meant. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;
  constructor(message: string, { status = 400, param = null, code = null }: Partial<Omit<ApiRefusal, 'message'>> = {}) {
    super(message);
    this.status = status;
    this.param = param;
    this.code = code;
  }
}

export const errorBody = (message: string, param: string | null, code: string | null, status: number) => ({
  error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error', param, code },
});

/** A value as a message shows it. */
export const shownValue = (value: unknown): string => {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
};
