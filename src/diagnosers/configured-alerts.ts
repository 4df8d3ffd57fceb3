import { resourceName } from '../core/model/resource.ts';
import { isOver } from '../core/model/signal.ts';
import { alertsAbout } from '../core/model/timeline.ts';
import type { Diagnoser } from '../core/plugins.ts';

/**
 * Names the cause that the operator's configuration ties to an alert which the incident rests on. That is the operator's word and was
 * never measured, so its confidence is 0 and a person must answer for what follows.
 */
export const configuredAlerts: Diagnoser = {
  name: 'configured-alerts',
  async diagnose({ findings }, { view, now }) {
    const said = findings.flatMap(({ subject, evidence }) =>
      alertsAbout(view.timelineOf(subject), subject)
        .filter((alert) => !isOver(alert, now) && evidence.some(({ id }) => id === alert.id))
        .flatMap(({ name, cause }) => (cause ? [{ cause, because: `alert ${name} fires for ${resourceName(subject)}` }] : [])),
    );
    return [...Map.groupBy(said, ({ cause }) => cause)].map(([cause, all]) => ({
      cause,
      confidence: 0,
      n: 0,
      because: [...new Set(all.map(({ because }) => because)), `the configuration says that it stands for ${cause}`],
      configured: true,
    }));
  },
};
