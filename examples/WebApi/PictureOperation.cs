using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace WebApi;

/// <summary>
/// What the OpenAPI document says of requests with an image beyond their answers: the endpoints read query and body by themselves.
/// </summary>
internal static class PictureOperation
{
    private static readonly string[] s_types =
        ["image/jpeg", "image/png", "image/webp", "image/bmp", "image/gif", PictureRequest.AnyBytes];

    public static Task DescribePredictionAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
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
        return DescribeAsync(operation, "The most probable classes of an image, best first");
    }

    public static Task DescribeDetectionAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken) =>
        DescribeAsync(operation, "The objects of COCO's classes in an image, best first");

    private static Task DescribeAsync(OpenApiOperation operation, string summary)
    {
        operation.Summary = summary;
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
