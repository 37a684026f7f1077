using Microsoft.Extensions.Options;

namespace Trunkline.Gateway.Webhooks;

/// <summary>Refuses times that cannot work.</summary>
internal sealed class WebhookCheck : IValidateOptions<GatewayOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var webhooks = options.Webhooks;
        if (webhooks.Timeout <= TimeSpan.Zero || webhooks.Timeout > TimeSpan.FromMinutes(1))
            return ValidateOptionsResult.Fail($"Webhooks:Timeout is {webhooks.Timeout}; it lies between nothing and a minute.");
        if (webhooks.FirstRetry <= TimeSpan.Zero || webhooks.LongestRetry < webhooks.FirstRetry || webhooks.GiveUpAfter < webhooks.LongestRetry)
            return ValidateOptionsResult.Fail("Webhooks: FirstRetry is above zero, LongestRetry no shorter, and GiveUpAfter no shorter than that.");
        return webhooks.AtOnce < 1 || webhooks.FailingAtOnce < 1 || webhooks.AtOnceEach < 1 || webhooks.MaxPerCustomer < 0 || webhooks.MaxWaiting < 1
            ? ValidateOptionsResult.Fail("Webhooks: AtOnce, FailingAtOnce, AtOnceEach and MaxWaiting are at least 1, MaxPerCustomer at least 0.")
            : ValidateOptionsResult.Success;
    }
}
