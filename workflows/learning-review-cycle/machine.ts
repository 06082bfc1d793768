/** The story of a learning review cycle: everybody reviews, the needs are added up, the trust answers them. */
import { defineMachine } from '../kernel/machine.ts';
import { process, waits } from './process.ts';

export const machine = defineMachine(process, (m) => {
  // The cast
  const reviews = m.children('Everybody reviews and schools choose priorities', waits.reviews);
  const signOff = m.task('Trust lead answers the needs and signs off', waits.signOff);

  // The plot
  reviews.on({ told: reviews, counted: signOff });
  signOff.on({ 'signed-off': m.completed('signed-off') });
  return reviews;
});
