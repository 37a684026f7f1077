using System.Text.Json.Serialization;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Spool;

/// <summary>How a call's result stands in its journal.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(FaxCallResult))]
internal sealed partial class JournalJson : JsonSerializerContext;
