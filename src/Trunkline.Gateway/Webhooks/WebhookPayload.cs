using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Trunkline.Gateway.Record;

namespace Trunkline.Gateway.Webhooks;

/// <summary>What a webhook is told, as JSON: <c>{"type":…,"timestamp":…,"data":{…}}</c> (Standard Webhooks).</summary>
internal static class WebhookPayload
{
    private const string BillingCharged = "billing.charged";

    // A plus sign and letters of any script stay what they are; it is read as JSON only.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(WaitingDelivery waiting)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory, Writing))
        {
            json.WriteStartObject();
            json.WriteString("type", waiting.Event.Code);
            json.WriteString("timestamp", Time(waiting.Event.At));
            json.WriteStartObject("data");
            json.WriteNumber("event", waiting.Event.Number);
            json.WriteString("customer", waiting.Customer);
            json.WriteString("submission", waiting.Event.Submission.ToString());
            // Bills are written down as JSON, for machines; all else in words.
            if (waiting.Event.Code == BillingCharged)
            {
                json.WritePropertyName("bill");
                json.WriteRawValue(waiting.Event.Detail);
            }
            else
                json.WriteString("detail", waiting.Event.Detail);
            if (waiting.Message is { } message)
                Write(json, message);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return memory.ToArray();
    }

    private static void Write(Utf8JsonWriter json, MessageRecord message)
    {
        json.WriteString("message", message.Id.ToString());
        json.WriteString("to", MessageWords.Of(message.Type, message.Destination));
        json.WriteString("status", MessageWords.Of(message.Status));
        if (message.Outcome is not null)
            json.WriteString("outcome", message.Outcome);
        if (message.Cause.Length > 0)
            json.WriteString("cause", message.Cause);
        if (message.Pages is { } pages)
            json.WriteNumber("pages", pages);
        json.WriteNumber("pagesConfirmed", message.PagesConfirmed);
        json.WriteNumber("attempts", message.AttemptCount);
        if (message.EndedAt is { } ended)
            json.WriteString("endedAt", Time(ended));
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
