using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace WebApi;

/// <summary>
/// What the OpenAPI document says of <c>POST /predict</c> beyond its answers: the endpoint reads query and body by itself.
/// </summary>
internal static class PredictOperation
{
    private static readonly string[] s_types =
        ["image/jpeg", "image/png", "image/webp", "image/bmp", "image/gif", PredictEndpoint.AnyBytes];

    public static Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Summary = "The most probable classes of an image, best first";
        operation.Parameters =
        [
            new OpenApiParameter
            {
                Name = "top",
                In = ParameterLocation.Query,
                Description = "Most classes to name. Default: 5.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
            },
        ];

        Dictionary<string, OpenApiMediaType> content = s_types.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = Binary() });
        content["multipart/form-data"] = new OpenApiMediaType
        {
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = Binary() },
                Required = new HashSet<string> { "file" },
            },
        };
        operation.RequestBody = new OpenApiRequestBody { Required = true, Content = content };
        return Task.CompletedTask;
    }

    private static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };
}
