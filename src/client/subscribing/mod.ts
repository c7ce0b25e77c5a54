/**
 * Streams of responses that outlive their calls.
 *
 * @module
 */
export {
  type SubscribeOptions,
  subscriptionParameters,
} from "./subscribe_options.ts";
export { Subscription } from "./subscription.ts";
