using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Trunkline.Core;

namespace Trunkline.Web.Api;

/// <summary>The OpenAPI description: what the framework cannot see of our types, and the key.</summary>
internal static class ApiDescription
{
    private const string KeyScheme = "key";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = d => d.RelativePath?.StartsWith("v1/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Trunkline",
                Version = "v1",
                Description = "Messages to the telephone network. Errors are problems of RFC 9457 that name the field.",
            };
            // Wherever it is reached, the paths are the same.
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
            if (type == typeof(Money))
            {
                schema.Type = JsonSchemaType.Object;
                schema.Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["amount"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^-?\d+(\.\d{1,6})?$", Examples = [JsonValue.Create("1.25")] },
                    ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Z]{3}$", Examples = [JsonValue.Create("USD")] },
                };
                schema.Required = new HashSet<string> { "amount", "currency" };
            }
            else if (type == typeof(DateTimeOffset))
                (schema.Type, schema.Format) = (JsonSchemaType.String, "date-time");
            else if (type == typeof(MessageId))
                (schema.Type, schema.Pattern) = (JsonSchemaType.String, "^[0-9A-HJKMNP-TV-Z]{13}$");
            else if (type == typeof(PhoneNumber))
                (schema.Type, schema.Pattern) = (JsonSchemaType.String, @"^\+[0-9]{7,15}$");
            return Task.CompletedTask;
        });
    }
}
