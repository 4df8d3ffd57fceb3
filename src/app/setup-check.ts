/** One line of `doctor`: what was tested, how it stands, and how to mend it. `off` is a feature that is off and may stay so. */
export interface SetupCheck {
  readonly what: string;
  readonly state: 'fine' | 'off' | 'wrong' | 'unreached';
  readonly says: string;
  readonly mend?: string;
}
