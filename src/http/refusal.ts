/** An answer that refuses a request: what is wrong, where, and how to mend it. */
export class Refusal extends Error {
  readonly status: number;
  readonly where: string;
  readonly mend: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    says: { readonly what: string; readonly where: string; readonly mend: string; readonly headers?: Readonly<Record<string, string>> },
  ) {
    super(says.what);
    this.name = 'Refusal';
    this.status = status;
    this.where = says.where;
    this.mend = says.mend;
    this.headers = says.headers ?? {};
  }
}
