import { evictPlan, hypothesis, incident } from '../../test/fakes/guard-facts.ts';
import { blindToUndo, deafToOptions, guardTable, misled } from '../../test/fakes/guard-table.ts';
import { confidence } from './confidence.ts';

const sure = (...pairs: (readonly [number, number])[]) => ({
  incident: incident({ hypotheses: pairs.map(([value, n], index) => hypothesis({ confidence: value, n, by: `rule-${index}` })) }),
});

guardTable(
  confidence,
  {
    'allows at exactly the limits': { ...sure([0.7, 10]), expect: [] },
    'denies just below the precision, and shows it': {
      ...sure([0.699, 10]),
      expect: [['deny', 'rule-0 is 0.699 sure of application-hang (measured on 10 cases); 0.7 on at least 10 cases is needed']],
    },
    'denies on one case too few': { ...sure([0.99, 9]), expect: [['deny', 'measured on 9 cases']] },
    'denies what was never measured': { ...sure([1, 0]), expect: [['deny', 'measured on 0 cases']] },
    'denies without a hypothesis': {
      incident: incident({ hypotheses: [] }),
      expect: [['deny', 'nobody has named application-hang as the cause']],
    },
    'does not count another cause': {
      incident: incident({ hypotheses: [hypothesis({ cause: 'memory-leak' })] }),
      expect: [['deny', 'nobody has named']],
    },
    'does not add up half a measure each': { ...sure([0.99, 9], [0.6, 99]), expect: [['deny', 'rule-1 is 0.6 sure']] },
    'allows when one of several rules suffices': { ...sure([0.1, 2], [0.8, 20]), expect: [] },
    'never treats the unknown': {
      plan: evictPlan(undefined, { treats: 'unknown' }),
      incident: incident({ hypotheses: [hypothesis({ cause: 'unknown' })] }),
      expect: [['deny', 'the cause is unknown']],
    },
    'can be stricter by option': { ...sure([0.8, 20]), options: { minConfidence: 0.9 }, expect: [['deny', '0.9 on at least 10 cases']] },
    'does not go below the compiled-in floor': {
      ...sure([0.499, 4]),
      options: { minConfidence: 0, minCases: 0 },
      expect: [['deny', '0.5 on at least 5 cases is needed']],
    },
    'asks when the configuration says so, and never lets it act unasked': {
      incident: incident({ hypotheses: [hypothesis({ confidence: 0, n: 0, by: 'alerts', configured: true })] }),
      expect: [['ask', 'the word of the configuration']],
    },
    'does not take the word of the configuration for another cause': {
      incident: incident({ hypotheses: [hypothesis({ cause: 'memory-leak', confidence: 0, n: 0, configured: true })] }),
      expect: [['deny', 'nobody has named application-hang']],
    },
    'needs no word of the configuration beside a good measure': {
      incident: incident({ hypotheses: [hypothesis({ confidence: 0, n: 0, configured: true }), hypothesis({ confidence: 0.8, n: 20 })] }),
      expect: [],
    },
    'lets an undo pass': { kind: 'undo', incident: incident({ hypotheses: [] }), expect: [] },
  },
  {
    'that forgets its options': deafToOptions(confidence),
    'that does not ask for cases': misled(confidence, (facts) => ({
      ...facts,
      incident: { ...facts.incident, hypotheses: facts.incident.hypotheses.map((one) => ({ ...one, n: 99 })) },
    })),
    'that stops undo': blindToUndo(confidence),
  },
);
