import { defineFlowDetector } from '../define-flow-detector.ts';

/** A pod, service or node was scanned by somebody who is no pod of ours: odd, and on an open network common. */
export const scanned = defineFlowDetector({ name: 'scanned', watches: ['Pod', 'Service', 'Node'], is: 'hint', says: 'was scanned' });
