export interface Finding {
  what: string;
  verdict: 'good' | 'warning' | 'bad';
  detail: string;
  mend?: string;
}
