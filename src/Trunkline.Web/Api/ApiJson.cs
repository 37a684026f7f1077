using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Trunkline.Core;

namespace Trunkline.Web.Api;

/// <summary>
/// How the interface reads and writes JSON: names as <c>camelCase</c> and case-sensitive, unknown and repeated members refused, numbers and texts never
/// taken for one another, words of an enumeration in <c>camelCase</c>, money as <c>{"amount":"1.25","currency":"USD"}</c>, times as ISO 8601 in UTC.
/// </summary>
public static class ApiJson
{
    private const int MaxDepth = 16;

    /// <summary>The settings.</summary>
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    internal static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNameCaseInsensitive = false;
        options.AllowDuplicateProperties = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.MaxDepth = MaxDepth;
        // It is read as JSON and never within a page (nosniff): letters of any script stay what they are, and so does a plus sign.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new MoneyConverter());
        options.Converters.Add(new TimeConverter());
        options.Converters.Add(new IdConverter());
        options.Converters.Add(new NumberConverter());
        return options;
    }

    private sealed class MoneyConverter : JsonConverter<Money>
    {
        public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string? amount = null, currency = null;
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Unreadable();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                if (reader.TokenType != JsonTokenType.String)
                    throw Unreadable();
                if (name == "amount" && amount is null)
                    amount = reader.GetString();
                else if (name == "currency" && currency is null)
                    currency = reader.GetString();
                else
                    throw Unreadable();
            }
            return amount is not null && currency is not null && Money.TryParse(amount, currency, out var money) ? money : throw Unreadable();
        }

        public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("amount", value.Amount.ToString("0.00####", CultureInfo.InvariantCulture));
            writer.WriteString("currency", value.Currency);
            writer.WriteEndObject();
        }

        private static ApiJsonException Unreadable() => new("Money is {\"amount\":\"1.25\",\"currency\":\"USD\"}: a text of digits with a point and at most six decimals, and ISO 4217.");
    }

    private sealed class TimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && ApiTime.TryRead(reader.GetString(), out var time)
                ? time
                : throw new ApiJsonException(ApiTime.Expected);

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(ApiTime.Write(value));
    }

    private sealed class IdConverter : JsonConverter<MessageId>
    {
        public override MessageId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && MessageId.TryParse(reader.GetString(), out var id)
                ? id
                : throw new ApiJsonException("An id is a text of 13 letters and digits.");

        public override void Write(Utf8JsonWriter writer, MessageId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    private sealed class NumberConverter : JsonConverter<PhoneNumber>
    {
        public override PhoneNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && reader.GetString() is ['+', ..] text && PhoneNumber.TryParse(text, "US", out var number)
                ? number
                : throw new ApiJsonException("A telephone number is written with its country code: \"+12025550100\".");

        public override void Write(Utf8JsonWriter writer, PhoneNumber value, JsonSerializerOptions options) => writer.WriteStringValue(value.E164);
    }
}

/// <summary>What our own converters refuse; the text is for whoever wrote the request.</summary>
internal sealed class ApiJsonException(string text) : JsonException(text);
