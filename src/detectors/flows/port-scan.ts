import { defineFlowDetector } from '../define-flow-detector.ts';

/** A pod of ours scans: it calls many ports or hosts in vain, as a program does that was broken into. */
export const portScan = defineFlowDetector({ name: 'port-scan', watches: ['Pod'], is: 'symptom', says: 'scans' });
