/** What the classes of a task are called; the first one is no attack. */
export interface FlowClasses {
  readonly names: readonly [benign: string, ...attacks: string[]];
  /** The number of a label's class; undefined for what is in none. */
  readonly of: (label: string) => number | undefined;
}

/** KDD's attacks by kind (Tavallaee et al. 2009, and the task description of KDD Cup 1999). */
const kinds: Readonly<Record<string, readonly string[]>> = {
  'icmp flood': ['smurf', 'pod'],
  dos: ['back', 'land', 'neptune', 'teardrop', 'apache2', 'udpstorm', 'processtable', 'mailbomb'],
  probe: ['ipsweep', 'nmap', 'portsweep', 'satan', 'mscan', 'saint'],
  r2l: 'ftp_write guess_passwd imap multihop phf spy warezclient warezmaster sendmail named snmpgetattack snmpguess xlock xsnoop worm'.split(
    ' ',
  ),
  u2r: ['buffer_overflow', 'loadmodule', 'perl', 'rootkit', 'httptunnel', 'ps', 'sqlattack', 'xterm'],
};
const kindOf = new Map(Object.entries(kinds).flatMap(([kind, labels]) => labels.map((label) => [label, kind])));

/** Of flows that CICFlowMeter wrote; brute force, web attacks and the like are in none. */
export const cicClasses: FlowClasses = {
  names: ['benign', 'ddos', 'port scan'],
  of(label) {
    if (/^benign$/i.test(label)) return 0;
    if (/attempted/i.test(label)) return undefined;
    if (/\bd?dos\b/i.test(label)) return 1;
    return /port ?scan/i.test(label) ? 2 : undefined;
  },
};

/** Of KDD Cup 1999: attacks that do not flood and do not scan are in none. */
export const floodClasses: FlowClasses = {
  names: ['benign', 'ddos', 'port scan', 'icmp flood'],
  of: (label) => (label === 'normal' ? 0 : { dos: 1, probe: 2, 'icmp flood': 3 }[kindOf.get(label) ?? '']),
};

/** The five of NSL-KDD. */
export const nslClasses: FlowClasses = {
  names: ['normal', 'dos', 'probe', 'r2l', 'u2r'],
  of: (label) => (label === 'normal' ? 0 : { dos: 1, 'icmp flood': 1, probe: 2, r2l: 3, u2r: 4 }[kindOf.get(label) ?? '']),
};
