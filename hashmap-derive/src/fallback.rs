//! Beside the errors: impls that say as little as possible, so that a broken struct is not also
//! "not a record" wherever it is used. They never run, for the program does not compile.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::key;
use crate::model::Record;

pub(crate) fn to_redis_hash(record: &Record<'_>) -> TokenStream {
    let ident = &record.original.ident;
    let name = record.name();
    let (impl_generics, ty_generics, where_clause) = record.original.generics.split_for_impl();
    // Also where the template itself is the mistake.
    let key = record.attrs.key.as_ref().map(|given| {
        let hash_key = given.value.as_ref().map(|(_, template)| key::stub(record, template));
        quote! {
            #hash_key
            #[automatically_derived]
            impl #impl_generics __RedisHashKeyTemplate for #ident #ty_generics #where_clause {
                fn write_hash_key(
                    &self,
                    _: &mut __redis_hash::KeyWriter<'_>,
                ) -> __redis_hash::Result<(), __RedisHashKeyError> {
                    __redis_hash::Result::Ok(())
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl #impl_generics __RedisHashToRedisHash for #ident #ty_generics #where_clause {
            const RECORD: __redis_hash::Record = __redis_hash::Record::new(#name);

            fn visit_hash_fields(&self, _: &mut impl __redis_hash::FieldVisitor) {}
        }
        #key
    }
}
