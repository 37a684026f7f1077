using System.Text.Json;
using System.Text.Json.Serialization;

namespace Trunkline.Gateway.Covers;

/// <summary>What a cover page says of one message, as its sender gave it. What is null is found out from the customer and the message, or stays empty.</summary>
public sealed record CoverFields
{
    /// <summary>Characters of one field; a longer one is cut with an ellipsis. Names of more than this are not names.</summary>
    public const int MaxFieldLength = 200;

    /// <summary>Characters of the comments: what fits on one page below the fields; a longer text is cut, and the cover says so.</summary>
    public const int MaxCommentsLength = 1500;

    /// <summary>Lines of the comments, for the same reason.</summary>
    public const int MaxCommentsLines = 24;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Nothing was given.</summary>
    public static CoverFields None { get; } = new();

    public string? ToName { get; init; }

    public string? ToCompany { get; init; }

    public string? FromName { get; init; }

    public string? FromCompany { get; init; }

    /// <summary>The sender's telephone number, as it is to be read.</summary>
    public string? FromNumber { get; init; }

    /// <summary>The sender's fax number, as it is to be read.</summary>
    public string? FromFax { get; init; }

    public string? FromEmail { get; init; }

    /// <summary>Null for the subject of the mail.</summary>
    public string? Regarding { get; init; }

    /// <summary>Several lines.</summary>
    public string? Comments { get; init; }

    /// <summary>The sender's own sign; null for the id of the submission.</summary>
    public string? Reference { get; init; }

    /// <summary>Null for what the priority says.</summary>
    public bool? IsUrgent { get; init; }

    /// <summary>The other columns of a list, by name in lower case: <c>{{fields.account}}</c>.</summary>
    public IReadOnlyDictionary<string, string>? Columns { get; init; }

    /// <summary>As it is stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> writes; null and the empty text are no fields.</summary>
    public static CoverFields FromJson(string? json) =>
        string.IsNullOrEmpty(json) ? None : JsonSerializer.Deserialize<CoverFields>(json, Json) ?? None;

    /// <summary>These, and where they say nothing, the others.</summary>
    public CoverFields Or(CoverFields others) => new()
    {
        ToName = ToName ?? others.ToName,
        ToCompany = ToCompany ?? others.ToCompany,
        FromName = FromName ?? others.FromName,
        FromCompany = FromCompany ?? others.FromCompany,
        FromNumber = FromNumber ?? others.FromNumber,
        FromFax = FromFax ?? others.FromFax,
        FromEmail = FromEmail ?? others.FromEmail,
        Regarding = Regarding ?? others.Regarding,
        Comments = Comments ?? others.Comments,
        Reference = Reference ?? others.Reference,
        IsUrgent = IsUrgent ?? others.IsUrgent,
        Columns = Columns ?? others.Columns,
    };
}
