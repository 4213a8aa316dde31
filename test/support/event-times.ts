/** The four times of an event that was collected the moment it happened. */
export const happenedAt = (at: string) => ({ timestamp: at, originalTimestamp: at, sentAt: at, receivedAt: at });
